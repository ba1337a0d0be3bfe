import { afterAll, describe, expect, test } from "vitest";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

describe("200", () => {
  test.each(["GET /health", "GET //health"])("%s answers", async (request) => {
    const answer = await api.call(request);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ok: true,
      data: { status: "up", version: api.deps.settings.version },
      error: null,
    });
  });

  test("it answers with every part away", async () => {
    const alone = await startTestApi({
      HIVESYNC_DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
      HIVESYNC_REDIS_URL: "redis://127.0.0.1:1",
      HIVESYNC_S3_ENDPOINT: "http://127.0.0.1:1",
    });
    expect((await alone.call("GET /health")).status).toBe(200);
    await alone[Symbol.asyncDispose]();
  });
});

describe("400", () => {
  test("an unknown field is refused, and named", async () => {
    await expectRefusal(api, "GET /health?deep=true", { code: "VALIDATION_ERROR", at: ["deep"] });
  });
});
