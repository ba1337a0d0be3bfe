import { afterAll, expect, test } from "vitest";
import { addComment, createProject, createSharedTeam, createTask } from "#testing/arrange.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

// A row that names one which was deleted after the call had been admitted was INTERNAL_ERROR.
const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const user = await api.register();
const { token } = user;

/** Deletes a row, and calls before that is committed. */
async function callWhileDeleting(row: { table: string; id: string }, request: string, body: object) {
  return whileOpen(api, {
    change: (sql) => sql`DELETE FROM ${sql(row.table)} WHERE id = ${row.id}`,
    meanwhile: () => api.call(request, { token, body }),
  });
}

test("a task in a project that is just deleted is NOT_FOUND", async () => {
  const { id } = await createProject(api, user);
  const answer = await callWhileDeleting({ table: "projects", id }, `POST /projects/${id}/tasks`, { title: "x" });
  expectError(answer, "NOT_FOUND");
});

test("a project in a team that is just deleted is NOT_FOUND", async () => {
  const { team, owner } = await createSharedTeam(api);
  const answer = await whileOpen(api, {
    change: (sql) => sql`DELETE FROM teams WHERE id = ${team.id}`,
    meanwhile: () => api.call("POST /projects", { token: owner.token, body: { name: "x", team_id: team.id } }),
  });
  expectError(answer, "NOT_FOUND");
});

test("a comment on a task that is just deleted, and a reply in such a thread, are NOT_FOUND, and leave nothing", async () => {
  const project = await createProject(api, user);
  const request = `POST /projects/${project.id}/comments`;
  const task = await createTask(api, user, { project_id: project.id });
  const onTask = { content: "x", task_id: task.id };
  expectError(await callWhileDeleting({ table: "tasks", id: task.id }, request, onTask), "NOT_FOUND");
  const first = await addComment(api, user, { project_id: project.id });
  const reply = { content: "x", parent_id: first.id };
  expectError(await callWhileDeleting({ table: "comments", id: first.id }, request, reply), "NOT_FOUND");
  expect(await api.sql`SELECT id FROM comments WHERE project_id = ${project.id}`).toHaveLength(0);
});
