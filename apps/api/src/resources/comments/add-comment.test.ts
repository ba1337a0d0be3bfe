import type { Comment } from "@hivesync/contracts/resources/comments";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { addComment, createProject, createTask, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, admin, member, stranger } = await createTeam(api);
const project_id = project.id;
const request = `POST /projects/${project.id}/comments`;
const anchor = { path: "src/a.ts", line_start: 3, line_end: 5 };

async function createAiJob(projectId: string): Promise<string> {
  const id = newId();
  await api.sql`
    INSERT INTO ai_jobs (id, project_id, job_type, queue, priority, input_key)
    VALUES (${id}, ${projectId}, 'explain', 'ai-cpu', 1, 'x')`;
  return id;
}

describe("201", () => {
  test("a member adds a comment, which is nobody's reply and on nothing unless it says so", async () => {
    const answer = await api.call(request, { token: member.token, body: { content: " Hello 🐝\n" } });
    expect(answer.status).toBe(201);
    const comment: Comment = answer.body.data;
    expect(comment).toEqual({
      id: comment.id,
      project_id,
      user_id: member.id,
      task_id: null,
      parent_id: null,
      content: " Hello 🐝\n",
      anchor: null,
      resolved_at: null,
      created_at: comment.created_at,
      updated_at: comment.created_at,
    });
  });

  test("a comment with an anchor opens a documentation thread, on a task too", async () => {
    const task = await createTask(api, owner, { project_id });
    const anchored = { ...anchor, ai_job_id: await createAiJob(project_id) };
    const body = { content: "Why?", task_id: task.id, anchor: anchored };
    const answer = await api.call(request, { token: owner.token, body });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject(body);
    const [row] = await api.sql`
      SELECT jsonb_typeof(anchor) AS kind, thread_id FROM comments WHERE task_id = ${task.id}`;
    expect(row).toEqual({ kind: "object", thread_id: (answer.body.data as Comment).id });
  });

  test("a reply has its thread's task and no anchor of its own", async () => {
    const task = await createTask(api, owner, { project_id });
    const first = await addComment(api, owner, { project_id, task_id: task.id, anchor });
    const reply = await addComment(api, member, { project_id, parent_id: first.id.toUpperCase() });
    expect(reply).toMatchObject({ parent_id: first.id, task_id: task.id, anchor: null, user_id: member.id });
    const [row] = await api.sql`SELECT thread_id FROM comments WHERE id = ${reply.id}`;
    expect(row).toEqual({ thread_id: first.id });
  });

  test("ten thousand characters are kept, and one line may be both ends of an anchor", async () => {
    const body = { content: "x".repeat(10_000), anchor: { path: "a", line_start: 1, line_end: 1 } };
    const answer = await api.call(request, { token: member.token, body });
    expect(answer.body.data).toMatchObject(body);
  });

  test("a thread that is resolved may be answered, and stays resolved", async () => {
    const first = await addComment(api, owner, { project_id });
    const resolve = { token: owner.token, body: { resolved: true } };
    const { resolved_at: resolvedAt }: Comment = (await api.call(`PATCH /comments/${first.id}`, resolve)).body.data;
    const reply = await addComment(api, member, { project_id, parent_id: first.id });
    expect(reply.resolved_at).toBeNull();
    const [row] = await api.sql<{ resolved_at: Date }[]>`SELECT resolved_at FROM comments WHERE id = ${first.id}`;
    expect(row?.resolved_at.toISOString()).toBe(resolvedAt);
  });
});

describe("400", () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ["no content", { content: undefined }, ["content"]],
    ["empty content", { content: "" }, ["content"]],
    ["content over 10,000 characters", { content: "x".repeat(10_001) }, ["content"]],
    ["content with NUL", { content: "a\0b" }, ["content"]],
    ["content with half a surrogate pair", { content: "\ud83d" }, ["content"]],
    ["a task that is no id", { task_id: "x" }, ["task_id"]],
    ["an anchor that leads out", { anchor: { ...anchor, path: "../x" } }, ["anchor.path"]],
    ["an anchor without a path", { anchor: { line_start: 1, line_end: 1 } }, ["anchor.path"]],
    ["a line 0", { anchor: { ...anchor, line_start: 0 } }, ["anchor.line_start"]],
    ["half a line", { anchor: { ...anchor, line_end: 5.5 } }, ["anchor.line_end"]],
    ["an end before the start", { anchor: { ...anchor, line_end: 2 } }, ["anchor.line_end"]],
    ["an anchor of null", { anchor: null }, ["anchor"]],
    ["an unknown field", { resolved: true }, ["resolved"]],
    ["the project's id in the body", { id: newId() }, ["id"]],
    ["an author", { user_id: newId() }, ["user_id"]],
    ["a reply with an anchor", { parent_id: newId(), anchor }, ["parent_id"]],
    ["a reply with a task", { parent_id: newId(), task_id: newId() }, ["parent_id"]],
  ];
  test.each(cases)("%s is refused, and named", async (_, field, at) => {
    const body = { content: "x", ...field };
    await expectRefusal(api, request, { token: member.token, body, code: "VALIDATION_ERROR", at });
  });

  const refuse = (field: object, path: string) =>
    expectRefusal(api, request, {
      token: owner.token,
      body: { content: "x", ...field },
      code: "VALIDATION_ERROR",
      at: [path],
    });

  test("what it names must be of this project: one of another is refused like one that is not there", async () => {
    const elsewhere = await createProject(api, owner);
    const task = await createTask(api, owner, { project_id: elsewhere.id });
    const first = await addComment(api, owner, { project_id: elsewhere.id });
    const aiJob = await createAiJob(elsewhere.id);
    const named: [string, (id: string) => object, string][] = [
      ["task_id", (id) => ({ task_id: id }), task.id],
      ["parent_id", (id) => ({ parent_id: id }), first.id],
      ["anchor.ai_job_id", (id) => ({ anchor: { ...anchor, ai_job_id: id } }), aiJob],
    ];
    for (const [path, field, id] of named) {
      const foreign = await refuse(field(id), path);
      expect((await refuse(field(newId()), path)).body).toEqual(foreign.body);
    }
  });

  test("a reply to a reply is refused, and told which comment opens the thread", async () => {
    const first = await addComment(api, owner, { project_id });
    const reply = await addComment(api, admin, { project_id, parent_id: first.id });
    const answer = await refuse({ parent_id: reply.id }, "parent_id");
    expect(JSON.stringify(answer.body)).toContain(first.id);
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const add = (id: string) =>
      expectRefusal(api, `POST /projects/${id}/comments`, {
        token: stranger.token,
        body: { content: "x" },
        code: "NOT_FOUND",
      });
    expect((await add(project.id)).body).toEqual((await add(newId())).body);
  });
});
