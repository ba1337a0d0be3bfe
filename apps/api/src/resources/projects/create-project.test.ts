import { afterAll, describe, expect, test } from "vitest";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

describe("201", () => {
  test("a project is made in the personal team, with what was given", async () => {
    const user = await api.register();
    const answer = await api.call("POST /projects", { token: user.token, body: { name: "Todo", metadata: { tags: ["a"] } } });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject({ name: "Todo", metadata: { tags: ["a"] } });
  });
});
