import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { addComment, createTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, admin, member, stranger } = await createTeam(api);
const project_id = project.id;

const remove = (user: TestUser, id: string) => api.call(`DELETE /comments/${id}`, { token: user.token });

async function isThere(id: string): Promise<boolean> {
  return (await api.sql`SELECT id FROM comments WHERE id = ${id}`).length > 0;
}

describe("200", () => {
  test.each([
    ["its author", member],
    ["an admin", admin],
    ["an Owner", owner],
  ])("%s deletes a comment", async (_, user) => {
    const { id } = await addComment(api, member, { project_id });
    const answer = await remove(user, id);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true, data: {}, error: null });
    expect(await isThere(id)).toBe(false);
  });

  test("its author deletes a reply, and the thread stays", async () => {
    const first = await addComment(api, owner, { project_id });
    const replies = [
      await addComment(api, member, { project_id, parent_id: first.id }),
      await addComment(api, admin, { project_id, parent_id: first.id }),
    ];
    expect((await remove(member, replies[0]?.id ?? "")).status).toBe(200);
    expect(await isThere(first.id)).toBe(true);
    expect(await isThere(replies[1]?.id ?? "")).toBe(true);
  });

  test("its author deletes a thread in which nobody else has replied, with the own replies", async () => {
    const first = await addComment(api, member, { project_id });
    const reply = await addComment(api, member, { project_id, parent_id: first.id });
    expect((await remove(member, first.id)).status).toBe(200);
    expect(await isThere(reply.id)).toBe(false);
  });

  test.each([
    ["an admin", admin],
    ["an Owner", owner],
  ])("%s deletes a thread in which others have replied, be it the own one", async (_, user) => {
    for (const author of [member, user]) {
      const first = await addComment(api, author, { project_id });
      const other = author === member ? owner : member;
      const reply = await addComment(api, other, { project_id, parent_id: first.id });
      expect((await remove(user, first.id)).status).toBe(200);
      expect(await isThere(reply.id)).toBe(false);
    }
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    await expectRefusal(api, "DELETE /comments/all", { token: owner.token, code: "VALIDATION_ERROR", at: ["id"] });
  });
});

describe("403", () => {
  test("a member deletes no comment of someone else's, nor one whose author is gone", async () => {
    const [hers, orphan] = [
      await addComment(api, owner, { project_id }),
      await addComment(api, member, { project_id }),
    ];
    await api.sql`UPDATE comments SET user_id = NULL WHERE id = ${orphan.id}`;
    for (const { id } of [hers, orphan])
      await expectRefusal(api, `DELETE /comments/${id}`, { token: member.token, code: "FORBIDDEN" });
  });
});

describe("404", () => {
  test("a comment of another team looks like one that is not there, and stays", async () => {
    const { id } = await addComment(api, member, { project_id });
    const attempt = (comment: string) =>
      expectRefusal(api, `DELETE /comments/${comment}`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await attempt(id)).body).toEqual((await attempt(newId())).body);
  });
});

describe("409", () => {
  test("its author does not delete a thread in which others have replied, also when one of them is gone", async () => {
    const first = await addComment(api, member, { project_id });
    const reply = await addComment(api, admin, { project_id, parent_id: first.id });
    const refusal = { token: member.token, code: "CONFLICT" } as const;
    await expectRefusal(api, `DELETE /comments/${first.id}`, refusal);
    await api.sql`UPDATE comments SET user_id = NULL WHERE id = ${reply.id}`;
    await expectRefusal(api, `DELETE /comments/${first.id}`, refusal);
    await remove(owner, reply.id);
    expect((await remove(member, first.id)).status).toBe(200);
  });

  test("a reply that is just being added keeps the thread", async () => {
    const first = await addComment(api, member, { project_id });
    const answer = await whileOpen(api, {
      change: (sql) => sql`
        INSERT INTO comments (id, project_id, user_id, parent_id, content)
        VALUES (${newId()}, ${project_id}, ${admin.id}, ${first.id}, 'x')`,
      meanwhile: () => remove(member, first.id),
    });
    expectError(answer, "CONFLICT");
    expect(await isThere(first.id)).toBe(true);
  });
});
