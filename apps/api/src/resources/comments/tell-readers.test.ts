import type { Comment } from "@hivesync/contracts/resources/comments";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { addComment, addMember, createTask, createTeam, noticesOf } from "#testing/arrange.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner, admin, member, stranger } = await createTeam(api);
const project_id = project.id;
const everyone = [owner, admin, member, stranger];

beforeEach(async () => {
  await api.sql`DELETE FROM notifications`;
});

async function toldTypes(users = everyone): Promise<Record<string, string[]>> {
  const told = await Promise.all(
    users.map(async (user) => [user.username, (await noticesOf(api, user)).map(({ type }) => type)] as const),
  );
  return Object.fromEntries(told.filter(([, types]) => types.length > 0));
}

async function edit(user: TestUser, comment: Comment, body: object): Promise<void> {
  const answer = await api.call(`PATCH /comments/${comment.id}`, { token: user.token, body });
  expect(answer.status).toBe(200);
}

describe("a mention", () => {
  test("tells the member by name, whatever its case, where and by whom, with the words", async () => {
    const task = await createTask(api, owner, { project_id });
    const content = `Look, @${member.username.toUpperCase()}: this`;
    const comment = await addComment(api, owner, { project_id, task_id: task.id, content });
    expect(await noticesOf(api, member)).toEqual([
      {
        type: "mention",
        data: {
          comment_id: comment.id,
          project_id,
          thread_id: comment.id,
          task_id: task.id,
          mentioned_by: owner.id,
          excerpt: content,
        },
      },
    ]);
    expect(await toldTypes()).toEqual({ [member.username]: ["mention"] });
  });

  test("tells each once, and nobody who is not in the team, or is oneself", async () => {
    const content = [member, member, stranger, owner, admin].map(({ username }) => `@${username}`).join(" ");
    await addComment(api, owner, { project_id, content });
    expect(await toldTypes()).toEqual({ [member.username]: ["mention"], [admin.username]: ["mention"] });
  });

  test("within an email address is none", async () => {
    await addComment(api, owner, { project_id, content: `a@${member.username} ${member.username}` });
    expect(await toldTypes()).toEqual({});
  });

  test("of a name that is only like a member's tells nobody", async () => {
    const content = `@${member.username}x @${member.username.slice(0, -1)} @${"_".repeat(member.username.length)}`;
    await addComment(api, owner, { project_id, content });
    expect(await toldTypes()).toEqual({});
  });

  test("shows the first two hundred characters, none of them cut in two", async () => {
    const start = `@${member.username} `;
    await addComment(api, owner, { project_id, content: start + "🐝".repeat(300) });
    const [notice] = await noticesOf(api, member);
    expect(notice?.data["excerpt"]).toBe(start + "🐝".repeat(200 - start.length));
  });
});

describe("a reply", () => {
  test("tells the thread's other authors who are in the team still, each once", async () => {
    const former = await api.register("former");
    await addMember(api, teamId, { user: former, role: "Member" });
    const first = await addComment(api, admin, { project_id });
    for (const user of [former, member, admin]) await addComment(api, user, { project_id, parent_id: first.id });
    const other = await addComment(api, owner, { project_id });
    await api.call(`DELETE /teams/${teamId}/members/${former.id}`, { token: owner.token });
    await api.sql`DELETE FROM notifications`;
    const reply = await addComment(api, member, { project_id, parent_id: first.id, content: "Because." });
    expect(await toldTypes([...everyone, former])).toEqual({ [admin.username]: ["comment_added"] });
    const data = {
      comment_id: reply.id,
      project_id,
      thread_id: first.id,
      task_id: null,
      added_by: member.id,
      excerpt: "Because.",
    };
    expect(await noticesOf(api, admin)).toEqual([{ type: "comment_added", data }]);
    expect(other.parent_id).toBeNull();
  });

  test("tells an author who is mentioned in it by the mention alone", async () => {
    const first = await addComment(api, admin, { project_id });
    await addComment(api, member, { project_id, parent_id: first.id });
    await api.sql`DELETE FROM notifications`;
    const content = `@${admin.username} @${owner.username}`;
    await addComment(api, owner, { project_id, parent_id: first.id, content });
    expect(await toldTypes()).toEqual({ [admin.username]: ["mention"], [member.username]: ["comment_added"] });
  });

  test("of two at once that tell the same users both arrive", async () => {
    const first = await addComment(api, admin, { project_id });
    await addComment(api, member, { project_id, parent_id: first.id });
    await api.sql`DELETE FROM notifications`;
    const others = [...Array(8).keys()].map(() => addComment(api, owner, { project_id, parent_id: first.id }));
    await Promise.all(others);
    expect(await noticesOf(api, admin)).toHaveLength(8);
    expect(await noticesOf(api, member)).toHaveLength(8);
  });
});

describe("a change", () => {
  test("tells whoever is mentioned by it for the first time, and nobody else", async () => {
    const first = await addComment(api, member, { project_id });
    const content = `@${admin.username}`;
    const comment = await addComment(api, owner, { project_id, parent_id: first.id, content });
    await api.sql`DELETE FROM notifications`;
    const longer = `${content} and @${member.username} @${owner.username}`;
    await edit(owner, comment, { content: longer });
    expect(await toldTypes()).toEqual({ [member.username]: ["mention"] });
    expect((await noticesOf(api, member))[0]?.data).toMatchObject({
      comment_id: comment.id,
      thread_id: first.id,
      mentioned_by: owner.id,
      excerpt: longer,
    });
  });

  test("that mentions nobody new, or resolves, tells nobody", async () => {
    const comment = await addComment(api, owner, { project_id, content: `@${admin.username}` });
    await api.sql`DELETE FROM notifications`;
    await edit(owner, comment, { content: `Dear @${admin.username.toUpperCase()}` });
    await edit(member, comment, { resolved: true });
    expect(await toldTypes()).toEqual({});
  });
});
