import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTask, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const team = await createTeam(api);
const task = await createTask(api, team.member, { project_id: team.project.id, assigned_to: team.admin.id });

describe("200", () => {
  test.each(["owner", "admin", "member"] as const)("the %s reads the task as it was made", async (role) => {
    const answer = await api.call(`GET /tasks/${task.id}`, { token: team[role].token });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true, data: task, error: null });
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    await expectRefusal(api, "GET /tasks/7", { token: team.owner.token, code: "VALIDATION_ERROR", at: ["id"] });
  });
});

describe("404", () => {
  test("a task of another team looks like one that is not there, and so does another thing's id", async () => {
    const read = (id: string) =>
      expectRefusal(api, `GET /tasks/${id}`, { token: team.stranger.token, code: "NOT_FOUND" });
    const foreign = await read(task.id);
    expect((await read(newId())).body).toEqual(foreign.body);
    expect((await read(team.project.id)).body).toEqual(foreign.body);
  });
});
