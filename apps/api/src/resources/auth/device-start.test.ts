import { userCode } from "@hivesync/contracts/resources/auth";
import { deviceLimits } from "@hivesync/contracts/tiers";
import { sha256Hex } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { decide, startLink } from "#testing/device-links.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const request = "POST /auth/device/start";

describe("201", () => {
  test("two codes and the address of the page that approves, for ten minutes", async () => {
    const answer = await api.call(request, { body: { client_name: "  HiveSync für Ada  " } });
    expect(answer.status).toBe(201);
    const code = expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/) as string;
    const link: Awaited<ReturnType<typeof startLink>> = answer.body.data;
    expect(link).toEqual({
      device_code: expect.stringMatching(/^hsd_[\w-]{43}$/) as string,
      user_code: code,
      verification_uri: "http://api.test/device",
      verification_uri_complete: `http://api.test/device?user_code=${link.user_code}`,
      expires_in: 600,
      interval: 5,
    });
    expect(userCode.parse(link.user_code)).toBe(link.user_code.replace("-", ""));
    const [row] = await api.sql`
      SELECT client_name, status, user_id, extract(epoch FROM expires_at - created_at)::int AS seconds
      FROM device_links WHERE device_code_hash = ${sha256Hex(link.device_code)}`;
    expect(row).toEqual({ client_name: "HiveSync für Ada", status: "PENDING", user_id: null, seconds: 600 });
  });

  test("neither code is stored, nor a hash that the user code could be found from by trying", async () => {
    const link = await startLink(api);
    const [row] = await api.sql`
      SELECT d::text AS row FROM device_links d WHERE device_code_hash = ${sha256Hex(link.device_code)}`;
    const letters = link.user_code.replace("-", "");
    for (const secret of [link.device_code, link.user_code, letters, sha256Hex(letters), sha256Hex(link.user_code)])
      expect(row?.["row"]).not.toContain(secret);
    for (const line of api.logLines) expect(line).not.toContain(link.device_code);
  });

  test("each link has codes of its own", async () => {
    const links = await Promise.all(Array.from({ length: 20 }, () => startLink(api)));
    expect(new Set(links.map(({ user_code }) => user_code)).size).toBe(20);
    expect(new Set(links.map(({ device_code }) => device_code)).size).toBe(20);
  });

  test("a user code that is in use is not given out again", async () => {
    const user = await api.register();
    const taken = await startLink(api, "the first");
    const { deviceCodes } = api.deps;
    const codes = [taken.user_code.replace("-", ""), taken.user_code.replace("-", ""), deviceCodes.createUserCode()];
    api.deps.deviceCodes = { ...deviceCodes, createUserCode: () => codes.shift() ?? deviceCodes.createUserCode() };
    const link = await startLink(api, "the second");
    api.deps.deviceCodes = deviceCodes;
    expect(link.user_code).not.toBe(taken.user_code);
    expect((await decide(api, user, { link: taken })).body.data).toMatchObject({ client_name: "the first" });
    expect((await decide(api, user, { link })).body.data).toMatchObject({ client_name: "the second" });
  });
});

describe("400", () => {
  test.each([
    ["no name", {}, ["client_name"]],
    ["a name of blanks", { client_name: "  " }, ["client_name"]],
    ["a name over 80 characters", { client_name: "x".repeat(81) }, ["client_name"]],
    ["a name with a line break", { client_name: "a\nb" }, ["client_name"]],
    ["an unknown field", { client_name: "x", user_code: "BCDFGHJK" }, ["user_code"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { body, code: "VALIDATION_ERROR", at });
  });
});

describe("429", () => {
  test("an address begins ten links a minute, refused input not counted, and others go on", async () => {
    const ip = "203.0.113.7";
    const body = { client_name: "a client" };
    for (let count = 0; count < deviceLimits.startsPerMinute; count += 1) {
      expectError(await api.call(request, { body: {}, ip }), "VALIDATION_ERROR");
      expect((await api.call(request, { body, ip })).status).toBe(201);
    }
    const refused = await expectRefusal(api, request, { body, ip, code: "RATE_LIMITED" });
    expect(refused.body.error?.details).toMatchObject({ limit: deviceLimits.startsPerMinute, remaining: 0 });
    expect((await api.call(request, { body, ip: "203.0.113.8" })).status).toBe(201);
  });
});
