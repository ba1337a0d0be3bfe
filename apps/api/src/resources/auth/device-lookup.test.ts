import { deviceLimits } from "@hivesync/contracts/tiers";
import { afterAll, describe, expect, test } from "vitest";
import { ageLink, decide, pollLink, startLink } from "#testing/device-links.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

function lookUp(user: TestUser, code: string) {
  return api.call(`GET /auth/device?user_code=${encodeURIComponent(code)}`, { token: user.token });
}

function expectRefused(user: TestUser, code: string, error: "NOT_FOUND" | "RATE_LIMITED") {
  return expectRefusal(api, `GET /auth/device?user_code=${code}`, { token: user.token, code: error });
}

describe("200", () => {
  test("who asks, since when and until when, however the code is typed", async () => {
    const user = await api.register();
    const link = await startLink(api, "HiveSync CLI on loom");
    const letters = link.user_code.replace("-", "");
    for (const typed of [
      link.user_code,
      letters,
      letters.toLowerCase(),
      ` ${letters.slice(0, 4)} ${letters.slice(4)} `,
    ]) {
      const answer = await lookUp(user, typed);
      expect(answer.status).toBe(200);
      expect(answer.body.data).toEqual({
        client_name: "HiveSync CLI on loom",
        status: "PENDING",
        created_at: expect.any(String) as string,
        expires_at: expect.any(String) as string,
      });
    }
  });

  test("a link that was decided says how", async () => {
    const user = await api.register();
    const [approved, denied] = [await startLink(api), await startLink(api)];
    await decide(api, user, { link: approved });
    await decide(api, user, { link: denied, decision: "DENY" });
    expect((await lookUp(user, approved.user_code)).body.data).toMatchObject({ status: "APPROVED" });
    expect((await lookUp(user, denied.user_code)).body.data).toMatchObject({ status: "DENIED" });
  });

  test("looking decides nothing", async () => {
    const user = await api.register();
    const link = await startLink(api);
    await lookUp(user, link.user_code);
    expect((await pollLink(api, link)).body.data).toEqual({ status: "PENDING", interval: 5 });
  });
});

describe("400", () => {
  test.each(["", "BCDF", "BCDFGHJKL", "ABCDEFGH", "BCDF1234", "x".repeat(21)])(
    "%j is no user code, which is not counted as a wrong one",
    async (code) => {
      const user = await api.register();
      for (let count = 0; count <= deviceLimits.wrongCodes; count += 1)
        expectError(await lookUp(user, code), "VALIDATION_ERROR");
      await expectRefusal(api, `GET /auth/device?user_code=${code}`, {
        token: user.token,
        code: "VALIDATION_ERROR",
        at: ["user_code"],
      });
    },
  );
});

describe("404", () => {
  test("a code that never was, one that has expired and one that was used look the same", async () => {
    const user = await api.register();
    const [expired, used] = [await startLink(api), await startLink(api)];
    await ageLink(api, expired, 600);
    await decide(api, user, { link: used });
    expect((await pollLink(api, used)).body.data).toMatchObject({ status: "APPROVED" });
    const answers = [];
    for (const code of ["BBBB-BBBB", expired.user_code, used.user_code])
      answers.push(await expectRefused(user, code, "NOT_FOUND"));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });
});

describe("429", () => {
  test("after five wrong codes the right one waits too, for as long as a link lives, and other users do not", async () => {
    const [user, other] = [await api.register(), await api.register()];
    const link = await startLink(api);
    for (let count = 0; count < deviceLimits.wrongCodes; count += 1)
      await expectRefused(user, "BBBB-BBBB", "NOT_FOUND");
    const refused = await expectRefused(user, link.user_code, "RATE_LIMITED");
    expect(refused.body.error?.details).toMatchObject({ limit: deviceLimits.wrongCodes, remaining: 0 });
    const wait = Number(refused.headers["retry-after"]);
    expect(wait).toBeGreaterThan(590);
    expect(wait).toBeLessThanOrEqual(600);
    expect((await lookUp(other, link.user_code)).status).toBe(200);
  });

  test("right codes are not counted, and do not wipe out the wrong ones: a link of one's own buys no more tries", async () => {
    const user = await api.register();
    const link = await startLink(api);
    for (let count = 0; count < deviceLimits.wrongCodes; count += 1) {
      for (let index = 0; index < 3; index += 1) expect((await lookUp(user, link.user_code)).status).toBe(200);
      await expectRefused(user, "BBBB-BBBB", "NOT_FOUND");
    }
    await expectRefused(user, link.user_code, "RATE_LIMITED");
  });

  test("tries of looking and of approving are one count, and many at once count as many", async () => {
    const user = await api.register();
    const tries = Array.from({ length: 8 }, (_, index) =>
      index % 2 === 0 ? lookUp(user, "BBBB-BBBB") : decide(api, user, { link: { user_code: "BBBB-BBBB" } }),
    );
    const codes = (await Promise.all(tries)).map(({ body }) => body.error?.code);
    expect(codes.filter((code) => code === "NOT_FOUND")).toHaveLength(deviceLimits.wrongCodes);
    expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(8 - deviceLimits.wrongCodes);
  });
});
