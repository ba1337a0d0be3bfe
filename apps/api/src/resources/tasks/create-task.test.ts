import type { Task } from "@hivesync/contracts/resources/tasks";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, admin, member, stranger } = await createTeam(api);
const request = `POST /projects/${project.id}/tasks`;

describe("201", () => {
  test("a member makes a task, open and nobody's unless it says otherwise", async () => {
    const answer = await api.call(request, { token: member.token, body: { title: " Write it down " } });
    expect(answer.status).toBe(201);
    const task: Task = answer.body.data;
    expect(task).toEqual({
      id: task.id,
      project_id: project.id,
      title: "Write it down",
      description: null,
      status: "OPEN",
      assigned_to: null,
      created_by: member.id,
      created_at: task.created_at,
      updated_at: task.created_at,
    });
  });

  test("everything that is given is kept", async () => {
    const body = { title: "Ünïcode 🐝", description: "a\nb\tc", status: "BLOCKED", assigned_to: owner.id };
    const answer = await api.call(request, { token: owner.token, body });
    expect(answer.body.data).toMatchObject(body);
  });

  test("the assignee is told, in the order of the tasks", async () => {
    const titles = ["first", "second"];
    for (const title of titles) await api.call(request, { token: owner.token, body: { title, assigned_to: admin.id } });
    const rows = await api.sql`SELECT type, data, seq::int FROM notifications WHERE user_id = ${admin.id} ORDER BY seq`;
    expect(rows.map((row) => [row["type"], row["data"].title, row["seq"]])).toEqual([
      ["task_assigned", "first", 1],
      ["task_assigned", "second", 2],
    ]);
    expect(rows[0]?.["data"]).toMatchObject({ project_id: project.id, assigned_by: owner.id });
  });

  test("who assigns a task to oneself is not told of it, however the id is written", async () => {
    for (const assigned_to of [member.id, member.id.toUpperCase()])
      await api.call(request, { token: member.token, body: { title: "mine", assigned_to } });
    expect(await api.sql`SELECT id FROM notifications WHERE user_id = ${member.id}`).toHaveLength(0);
  });

  test("of many notifications at once each has a number of its own", async () => {
    const user = owner;
    await Promise.all(
      Array.from({ length: 10 }, () =>
        api.call(request, { token: member.token, body: { title: "x", assigned_to: user.id } }),
      ),
    );
    const rows = await api.sql`SELECT seq::int FROM notifications WHERE user_id = ${user.id} ORDER BY seq`;
    expect(rows.map((row) => row["seq"])).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
  });
});

describe("400", () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ["no title", { title: undefined }, ["title"]],
    ["a title over 200 characters", { title: "x".repeat(201) }, ["title"]],
    ["an empty description", { description: "" }, ["description"]],
    ["a description with NUL", { description: "a\0b" }, ["description"]],
    ["a description with half a surrogate pair", { description: "\udfff" }, ["description"]],
    ["an unknown status", { status: "LATER" }, ["status"]],
    ["an assignee that is no id", { assigned_to: "me" }, ["assigned_to"]],
    ["the project's id in the body", { id: newId() }, ["id"]],
    ["an author", { created_by: newId() }, ["created_by"]],
  ];
  test.each(cases)("%s is refused, and named", async (_, field, at) => {
    const body = { title: "x", ...field };
    await expectRefusal(api, request, { token: member.token, body, code: "VALIDATION_ERROR", at });
  });

  test("an assignee from outside the team is refused, there or not", async () => {
    for (const assigned_to of [stranger.id, newId()]) {
      const body = { title: "x", assigned_to };
      await expectRefusal(api, request, { token: owner.token, body, code: "VALIDATION_ERROR", at: ["assigned_to"] });
    }
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const create = (id: string) =>
      expectRefusal(api, `POST /projects/${id}/tasks`, {
        token: stranger.token,
        body: { title: "x" },
        code: "NOT_FOUND",
      });
    expect((await create(project.id)).body).toEqual((await create(newId())).body);
  });
});
