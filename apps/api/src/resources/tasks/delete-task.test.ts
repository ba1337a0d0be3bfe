import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { addComment, createTask, createTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const team = await createTeam(api);
const { project, owner, admin, member, stranger } = team;
const task = await createTask(api, owner, { project_id: project.id });

describe("200", () => {
  test.each(["member", "admin", "owner"] as const)("the %s deletes a task that the member made", async (role) => {
    const { id } = await createTask(api, member, { project_id: project.id });
    const answer = await api.call(`DELETE /tasks/${id}`, { token: team[role].token });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true, data: {}, error: null });
    expectError(await api.call(`GET /tasks/${id}`, { token: owner.token }), "NOT_FOUND");
  });

  test("its comments and their replies go with it, and no others", async () => {
    const { id } = await createTask(api, member, { project_id: project.id });
    const first = await addComment(api, admin, { project_id: project.id, task_id: id });
    await addComment(api, owner, { project_id: project.id, parent_id: first.id });
    const other = await addComment(api, owner, { project_id: project.id, task_id: task.id });
    await api.call(`DELETE /tasks/${id}`, { token: member.token });
    const rows = await api.sql`SELECT id FROM comments`;
    expect(rows).toEqual([{ id: other.id }]);
  });

  test("a task whose author is gone is for admins to delete", async () => {
    const { id } = await createTask(api, member, { project_id: project.id });
    await api.sql`UPDATE tasks SET created_by = NULL WHERE id = ${id}`;
    await expectRefusal(api, `DELETE /tasks/${id}`, { token: member.token, code: "FORBIDDEN" });
    expect((await api.call(`DELETE /tasks/${id}`, { token: admin.token })).status).toBe(200);
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    await expectRefusal(api, "DELETE /tasks/all", { token: owner.token, code: "VALIDATION_ERROR", at: ["id"] });
  });
});

describe("403", () => {
  test("a member deletes no task of someone else's, also not one that is assigned to them", async () => {
    const assigned = await createTask(api, owner, { project_id: project.id, assigned_to: member.id });
    for (const { id } of [task, assigned])
      await expectRefusal(api, `DELETE /tasks/${id}`, { token: member.token, code: "FORBIDDEN" });
  });
});

describe("404", () => {
  test("a task of another team looks like one that is not there, and stays", async () => {
    const remove = (id: string) =>
      expectRefusal(api, `DELETE /tasks/${id}`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await remove(task.id)).body).toEqual((await remove(newId())).body);
  });

  test("who made a task and has left the team since deletes it no more", async () => {
    const left = await createTeam(api);
    const { id } = await createTask(api, left.member, { project_id: left.project.id });
    await api.call(`DELETE /teams/${left.teamId}/members/${left.member.id}`, { token: left.member.token });
    await expectRefusal(api, `DELETE /tasks/${id}`, { token: left.member.token, code: "NOT_FOUND" });
  });
});
