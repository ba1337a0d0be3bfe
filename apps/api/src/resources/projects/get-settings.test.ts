import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, member, stranger } = await createTeam(api);

describe("200", () => {
  test("settings that were never set have every part, empty", async () => {
    const answer = await api.call(`GET /projects/${project.id}/settings`, { token: member.token });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ preview: {}, ai: {}, repo: {}, custom: {} });
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    const refusal = { token: owner.token, code: "VALIDATION_ERROR", at: ["id"] } as const;
    await expectRefusal(api, "GET /projects/7/settings", refusal);
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const read = (id: string) =>
      expectRefusal(api, `GET /projects/${id}/settings`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await read(project.id)).body).toEqual((await read(newId())).body);
  });
});
