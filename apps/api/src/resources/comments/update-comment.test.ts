import type { Comment } from "@hivesync/contracts/resources/comments";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { addComment, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, admin, member, stranger } = await createTeam(api);
const project_id = project.id;
const comment = await addComment(api, member, { project_id, anchor: { path: "a.ts", line_start: 1, line_end: 1 } });
const request = `PATCH /comments/${comment.id}`;

async function change(user: TestUser, id: string, body: object): Promise<Comment> {
  const answer = await api.call(`PATCH /comments/${id}`, { token: user.token, body });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("its author changes the text, of a reply too, and the rest stays", async () => {
    const reply = await addComment(api, member, { project_id, parent_id: comment.id });
    for (const made of [await addComment(api, member, { project_id }), reply]) {
      const changed = await change(member, made.id, { content: "Changed" });
      expect(changed).toEqual({ ...made, content: "Changed", updated_at: changed.updated_at });
      expect(changed.updated_at > made.updated_at).toBe(true);
    }
  });

  test("any member resolves a thread; who does so again changes nothing of when; any member opens it again", async () => {
    const made = await addComment(api, member, { project_id });
    const resolved = await change(admin, made.id, { resolved: true });
    expect(resolved).toEqual({ ...made, resolved_at: resolved.resolved_at, updated_at: resolved.updated_at });
    expect(String(resolved.resolved_at) >= made.created_at).toBe(true);
    const again = await change(owner, made.id, { resolved: true });
    expect(again.resolved_at).toBe(resolved.resolved_at);
    expect((await change(owner, made.id, { resolved: false })).resolved_at).toBeNull();
    expect((await change(owner, made.id, { resolved: false })).resolved_at).toBeNull();
  });

  test("its author does both at once", async () => {
    const changed = await change(member, comment.id, { content: "Done", resolved: true });
    expect(changed).toMatchObject({ content: "Done", resolved_at: expect.stringMatching(/Z$/) as string });
    expect(changed.anchor).toEqual(comment.anchor);
  });

  test("an empty body changes nothing but updated_at, whoever sends it", async () => {
    const made = await addComment(api, member, { project_id });
    const changed = await change(admin, made.id, {});
    expect(changed).toEqual({ ...made, updated_at: changed.updated_at });
    expect(changed.updated_at > made.updated_at).toBe(true);
  });
});

describe("400", () => {
  test.each([
    ["empty content", { content: "" }, ["content"]],
    ["no content", { content: null }, ["content"]],
    ["content over 10,000 characters", { content: "x".repeat(10_001) }, ["content"]],
    ["content with NUL", { content: "\0" }, ["content"]],
    ["resolved that is text", { resolved: "true" }, ["resolved"]],
    ["another anchor", { anchor: { path: "b.ts", line_start: 1, line_end: 1 } }, ["anchor"]],
    ["another thread", { parent_id: newId() }, ["parent_id"]],
    ["the id in the body", { id: newId() }, ["id"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { token: member.token, body, code: "VALIDATION_ERROR", at });
  });

  test("a reply is not resolved, nor is its text changed by such a call", async () => {
    const reply = await addComment(api, member, { project_id, parent_id: comment.id });
    for (const body of [{ resolved: true }, { resolved: false }, { content: "x", resolved: true }]) {
      const refusal = { token: member.token, body, code: "VALIDATION_ERROR", at: ["resolved"] } as const;
      await expectRefusal(api, `PATCH /comments/${reply.id}`, refusal);
    }
  });
});

describe("403", () => {
  test("nobody else changes the text, not even an Owner, nor resolves by such a call", async () => {
    for (const user of [admin, owner]) {
      for (const body of [{ content: "x" }, { content: "x", resolved: true }])
        await expectRefusal(api, request, { token: user.token, body, code: "FORBIDDEN" });
    }
  });

  test("the text of someone who is gone is nobody's to change", async () => {
    const made = await addComment(api, member, { project_id });
    await api.sql`UPDATE comments SET user_id = NULL WHERE id = ${made.id}`;
    const refusal = { token: member.token, body: { content: "x" }, code: "FORBIDDEN" } as const;
    await expectRefusal(api, `PATCH /comments/${made.id}`, refusal);
    expect((await change(member, made.id, { resolved: true })).user_id).toBeNull();
  });
});

describe("404", () => {
  test("a comment of another team looks like one that is not there", async () => {
    const change = (id: string) =>
      expectRefusal(api, `PATCH /comments/${id}`, {
        token: stranger.token,
        body: { resolved: true },
        code: "NOT_FOUND",
      });
    expect((await change(comment.id)).body).toEqual((await change(newId())).body);
  });
});

describe("412", () => {
  test("a change to what was changed since it was read is refused", async () => {
    const added = await api.call(`POST /projects/${project_id}/comments`, {
      token: member.token,
      body: { content: "x", anchor: { path: "a.ts", line_start: 1, line_end: 2 } },
    });
    const { id } = added.body.data as Comment;
    const headers = { "if-match": String(added.headers["etag"]) };
    const first = await api.call(`PATCH /comments/${id}`, { token: member.token, body: { resolved: true }, headers });
    expect(first.status).toBe(200);
    const late = { token: member.token, body: { content: "y" }, headers };
    await expectRefusal(api, `PATCH /comments/${id}`, { ...late, code: "PRECONDITION_FAILED" });
  });
});
