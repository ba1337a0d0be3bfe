import type { DeepHealth } from "@hivesync/contracts/resources/health";
import { afterAll, describe, expect, test } from "vitest";
import { beat } from "#testing/beat.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

/** A further process on the same stack: what it has read of the parts is its own. */
async function readAs(overrides: Record<string, string>): Promise<{ health: DeepHealth | undefined; api: TestApi }> {
  await using other = await startTestApi(overrides, api.stack);
  const answer = await other.call("GET /health/deep");
  if (answer.status !== 200) expectError(answer, "SERVICE_UNAVAILABLE");
  return { health: answer.body.ok ? answer.body.data : answer.body.error?.details, api: other };
}

describe("503", () => {
  test("without a CPU worker no preview is built: down, with every part told", async () => {
    const answer = await expectRefusal(api, "GET /health/deep", { code: "SERVICE_UNAVAILABLE" });
    expect(answer.body.error?.details).toEqual({
      status: "down",
      database: "up",
      redis: "up",
      storage: "up",
      workers: { cpu: 0, gpu: 0 },
    });
  });

  const away: [keyof DeepHealth, Record<string, string>][] = [
    ["database", { HIVESYNC_DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" }],
    ["redis", { HIVESYNC_REDIS_URL: "redis://127.0.0.1:1" }],
    ["storage", { HIVESYNC_S3_ENDPOINT: "http://127.0.0.1:1" }],
    ["storage", { HIVESYNC_S3_SECRET_ACCESS_KEY: "not the secret of this store" }],
  ];
  test.each(away)("with %s away that part alone is down: %o", async (part, overrides) => {
    await beat(api, "cpu");
    const { health } = await readAs(overrides);
    const others = { database: "up", redis: "up", storage: "up" };
    expect(health).toMatchObject({ status: "down", ...others, [part]: "down" });
  });
});

describe("200", () => {
  test("with all parts there it is up; no GPU worker is not down", async () => {
    await beat(api, "cpu");
    const { health } = await readAs({});
    expect(health).toMatchObject({ status: "up", database: "up", redis: "up", storage: "up", workers: { gpu: 0 } });
    expect(health?.workers.cpu).toBeGreaterThan(0);
  });

  test("it stands at the root too", async () => {
    await beat(api, "cpu");
    await beat(api, "gpu");
    await using other = await startTestApi({}, api.stack);
    const answer = await other.call("GET //health/deep");
    expect(answer.body.data).toMatchObject({ status: "up", workers: { gpu: 1 } });
  });

  test("however many ask, each part is probed once in five seconds", async () => {
    await beat(api, "cpu");
    await using other = await startTestApi({}, api.stack);
    const puts: string[] = [];
    const { put } = other.deps.storage;
    other.deps.storage.put = (key, body, contentType) => {
      puts.push(key);
      return put(key, body, contentType);
    };
    await Promise.all(Array.from({ length: 20 }, () => other.call("GET /health/deep")));
    expect(puts).toHaveLength(1);
    expect(await other.deps.storage.get(puts[0] ?? "")).toBeUndefined();
  });
});

describe("400", () => {
  test("an unknown field is refused, and named", async () => {
    await expectRefusal(api, "GET /health/deep?part=redis", { code: "VALIDATION_ERROR", at: ["part"] });
  });
});
