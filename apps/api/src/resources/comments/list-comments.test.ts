import type { Page } from "@hivesync/contracts/pagination";
import type { Comment } from "@hivesync/contracts/resources/comments";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { addComment, createProject, createTask, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, member, stranger } = await createTeam(api);
const project_id = project.id;

async function list(query = "", projectId = project.id): Promise<Page<Comment>> {
  const answer = await api.call(`GET /projects/${projectId}/comments${query}`, { token: member.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

const elsewhere = await createProject(api, owner);
const anchor = (path: string) => ({ path, line_start: 1, line_end: 2 });
const foreign = await addComment(api, owner, { project_id: elsewhere.id, anchor: anchor("src/a.ts") });
const task = await createTask(api, owner, { project_id });
const plain = await addComment(api, owner, { project_id });
const onTask = await addComment(api, member, { project_id, task_id: task.id });
const onFile = await addComment(api, owner, { project_id, anchor: anchor("src/a.ts") });
const onOther = await addComment(api, owner, { project_id, anchor: anchor("src/a.tsx") });
const reply = await addComment(api, member, { project_id, parent_id: onTask.id });
const onFileToo = await addComment(api, member, { project_id, task_id: task.id, anchor: anchor("src/a.ts") });
const onFileReply = await addComment(api, owner, { project_id, parent_id: onFile.id });

describe("200", () => {
  test("the project's comments and no other's, newest first", async () => {
    expect((await list()).items).toEqual([onFileReply, onFileToo, reply, onOther, onFile, onTask, plain]);
  });

  test("those on a task, the replies included", async () => {
    expect((await list(`?task_id=${task.id}`)).items).toEqual([onFileToo, reply, onTask]);
  });

  test("those on exactly that file: the first comments of its threads", async () => {
    expect((await list("?path=src/a.ts")).items).toEqual([onFileToo, onFile]);
    expect((await list("?path=src")).items).toEqual([]);
    expect((await list("?path=src/A.ts")).items).toEqual([]);
    expect((await list("?path=src/%25.ts")).items).toEqual([]);
  });

  test("those of one thread, its first included, and of no reply", async () => {
    expect((await list(`?thread_id=${onFile.id}`)).items).toEqual([onFileReply, onFile]);
    expect((await list(`?thread_id=${plain.id}`)).items).toEqual([plain]);
    expect((await list(`?thread_id=${reply.id}`)).items).toEqual([]);
  });

  test("filters together narrow each other", async () => {
    expect((await list(`?task_id=${task.id}&path=src/a.ts`)).items).toEqual([onFileToo]);
    expect((await list(`?task_id=${task.id}&thread_id=${onFile.id}`)).items).toEqual([]);
    expect((await list(`?path=src/a.ts&thread_id=${onFile.id}`)).items).toEqual([onFile]);
  });

  test("what belongs to another project is not shown by its id", async () => {
    const other = await createTask(api, owner, { project_id: elsewhere.id });
    await addComment(api, owner, { project_id: elsewhere.id, task_id: other.id });
    expect((await list(`?thread_id=${foreign.id}`)).items).toEqual([]);
    expect((await list(`?task_id=${other.id}`)).items).toEqual([]);
    expect((await list(`?task_id=${newId()}`)).items).toEqual([]);
  });

  test.each(["", "&path=src/a.ts"])("offsets and cursors reach every comment once, in pages%s", async (filter) => {
    const all = (await list(`?limit=100${filter}`)).items.map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page<Comment> = await list(`?limit=2${filter}${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(all);
    expect((await list(`?limit=2&offset=1${filter}`)).items.map(({ id }) => id)).toEqual(all.slice(1, 3));
  });
});

describe("400", () => {
  test.each([
    ["task_id=7", "task_id"],
    ["thread_id=7", "thread_id"],
    ["path=", "path"],
    ["path=../x", "path"],
    ["path=/etc/passwd", "path"],
    ["path=a%00b", "path"],
    ["limit=101", "limit"],
    ["cursor=x", "cursor"],
    ["user_id=1", "user_id"],
  ])("?%s is refused, and named", async (query, path) => {
    const refusal = { token: member.token, code: "VALIDATION_ERROR", at: [path] } as const;
    await expectRefusal(api, `GET /projects/${project.id}/comments?${query}`, refusal);
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const read = (id: string) =>
      expectRefusal(api, `GET /projects/${id}/comments`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await read(project.id)).body).toEqual((await read(newId())).body);
  });
});
