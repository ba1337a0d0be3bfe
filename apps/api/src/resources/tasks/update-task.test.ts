import type { Task } from "@hivesync/contracts/resources/tasks";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTask, createTeam, noticesOf } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, admin, member, stranger } = await createTeam(api);
const task = await createTask(api, owner, { project_id: project.id });
const request = `PATCH /tasks/${task.id}`;

async function change(user: TestUser, id: string, body: object): Promise<Task> {
  const answer = await api.call(`PATCH /tasks/${id}`, { token: user.token, body });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("any member changes what is given, and the rest stays", async () => {
    const made = await createTask(api, owner, { project_id: project.id, assigned_to: admin.id });
    const given = { title: " Rewrite ", description: "why", status: "IN_PROGRESS" };
    const changed = await change(member, made.id, given);
    expect(changed).toEqual({ ...made, ...given, title: "Rewrite", updated_at: changed.updated_at });
    expect(changed.updated_at > made.updated_at).toBe(true);
    expect((await api.call(`GET /tasks/${made.id}`, { token: owner.token })).body.data).toEqual(changed);
  });

  test.each(["OPEN", "IN_PROGRESS", "BLOCKED", "DONE"])("a task becomes %s, whatever it was", async (status) => {
    for (const earlier of ["DONE", "OPEN"]) {
      const made = await createTask(api, owner, { project_id: project.id, status: earlier });
      expect(await change(member, made.id, { status })).toMatchObject({ status });
    }
  });

  test("null takes the description away", async () => {
    await change(member, task.id, { description: "soon gone" });
    expect(await change(member, task.id, { description: null })).toMatchObject({ description: null });
  });

  test("an empty body changes nothing but updated_at", async () => {
    const made = await createTask(api, owner, { project_id: project.id });
    const changed = await change(owner, made.id, {});
    expect(changed).toEqual({ ...made, updated_at: changed.updated_at });
    expect(changed.updated_at > made.updated_at).toBe(true);
  });
});

describe("the assignee", () => {
  test("who is new is told, with the title that the task has then", async () => {
    const made = await createTask(api, owner, { project_id: project.id });
    await change(member, made.id, { assigned_to: admin.id, title: "Yours" });
    const data = { task_id: made.id, project_id: project.id, title: "Yours", assigned_by: member.id };
    expect(await noticesOf(api, admin)).toContainEqual({ type: "task_assigned", data });
  });

  test("who had the task already is not told again", async () => {
    const made = await createTask(api, owner, { project_id: project.id, assigned_to: admin.id });
    const before = (await noticesOf(api, admin)).length;
    await change(member, made.id, { assigned_to: admin.id, status: "DONE" });
    await change(member, made.id, { assigned_to: admin.id.toUpperCase() });
    await change(member, made.id, { title: "x" });
    expect(await noticesOf(api, admin)).toHaveLength(before);
  });

  test("who takes a task is not told of it, nor is whoever had it", async () => {
    const [before, hers] = [(await noticesOf(api, member)).length, (await noticesOf(api, owner)).length];
    const made = await createTask(api, owner, { project_id: project.id, assigned_to: owner.id });
    expect(await change(member, made.id, { assigned_to: member.id.toUpperCase() })).toMatchObject({
      assigned_to: member.id,
    });
    expect(await noticesOf(api, member)).toHaveLength(before);
    expect(await noticesOf(api, owner)).toHaveLength(hers);
  });

  test("null makes the task nobody's", async () => {
    const made = await createTask(api, owner, { project_id: project.id, assigned_to: admin.id });
    expect(await change(member, made.id, { assigned_to: null })).toMatchObject({ assigned_to: null });
  });
});

describe("400", () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ["an empty title", { title: "" }, ["title"]],
    ["no title", { title: null }, ["title"]],
    ["a title over 200 characters", { title: "x".repeat(201) }, ["title"]],
    ["an empty description", { description: "" }, ["description"]],
    ["a description with NUL", { description: "a\0b" }, ["description"]],
    ["an unknown status", { status: "LATER" }, ["status"]],
    ["no status", { status: null }, ["status"]],
    ["an assignee that is no id", { assigned_to: "me" }, ["assigned_to"]],
    ["another project", { project_id: newId() }, ["project_id"]],
    ["another author", { created_by: newId() }, ["created_by"]],
    ["the id in the body", { id: newId() }, ["id"]],
  ];
  test.each(cases)("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { token: member.token, body, code: "VALIDATION_ERROR", at });
  });

  test("an assignee from outside the team is refused, there or not, and nothing else is changed", async () => {
    for (const assigned_to of [stranger.id, newId()]) {
      const body = { title: "x", assigned_to };
      await expectRefusal(api, request, { token: owner.token, body, code: "VALIDATION_ERROR", at: ["assigned_to"] });
    }
  });

  test("who is just taken out of the team is no assignee", async () => {
    const team = await createTeam(api);
    const { id } = await createTask(api, team.owner, { project_id: team.project.id });
    const answer = await whileOpen(api, {
      change: (sql) => sql`DELETE FROM team_members WHERE user_id = ${team.admin.id} AND team_id = ${team.teamId}`,
      meanwhile: () =>
        api.call(`PATCH /tasks/${id}`, { token: team.owner.token, body: { assigned_to: team.admin.id } }),
    });
    expectError(answer, "VALIDATION_ERROR");
  });
});

describe("404", () => {
  test("a task of another team looks like one that is not there", async () => {
    const change = (id: string) =>
      expectRefusal(api, `PATCH /tasks/${id}`, { token: stranger.token, body: { title: "x" }, code: "NOT_FOUND" });
    expect((await change(task.id)).body).toEqual((await change(newId())).body);
  });

  test("a task that is deleted while the call is under way is gone", async () => {
    const made = await createTask(api, owner, { project_id: project.id });
    const answer = await whileOpen(api, {
      change: (sql) => sql`DELETE FROM tasks WHERE id = ${made.id}`,
      meanwhile: () => api.call(`PATCH /tasks/${made.id}`, { token: owner.token, body: { title: "x" } }),
    });
    expectError(answer, "NOT_FOUND");
  });
});

describe("412", () => {
  test("of two who change what both have read, the second is refused, and nobody is told", async () => {
    const made = await createTask(api, owner, { project_id: project.id });
    const read = await api.call(`GET /tasks/${made.id}`, { token: owner.token });
    const headers = { "if-match": String(read.headers["etag"]) };
    const change = (body: object) => ({ token: owner.token, body, headers });
    const first = await api.call(`PATCH /tasks/${made.id}`, change({ status: "DONE" }));
    expect(first.status).toBe(200);
    const late = change({ assigned_to: member.id });
    await expectRefusal(api, `PATCH /tasks/${made.id}`, { ...late, code: "PRECONDITION_FAILED" });
    const again = { ...late, headers: { "if-match": String(first.headers["etag"]) } };
    expect((await api.call(`PATCH /tasks/${made.id}`, again)).status).toBe(200);
  });
});
