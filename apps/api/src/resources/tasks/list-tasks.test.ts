import type { Page } from "@hivesync/contracts/pagination";
import type { Task } from "@hivesync/contracts/resources/tasks";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createProject, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, member, stranger } = await createTeam(api);

async function create(projectId: string, body: Record<string, unknown>): Promise<Task> {
  const answer = await api.call(`POST /projects/${projectId}/tasks`, { token: owner.token, body });
  return answer.body.data;
}

async function list(query: string, projectId = project.id): Promise<Page<Task>> {
  const answer = await api.call(`GET /projects/${projectId}/tasks${query}`, { token: member.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("the project's tasks and no other's, newest first, and by status and assignee", async () => {
    const elsewhere = await createProject(api, owner);
    await create(elsewhere.id, { title: "elsewhere" });
    const open = await create(project.id, { title: "open" });
    const done = await create(project.id, { title: "done", status: "DONE" });
    const mine = await create(project.id, { title: "mine", assigned_to: member.id });
    expect((await list("")).items).toEqual([mine, done, open]);
    expect((await list("?status=DONE")).items).toEqual([done]);
    expect((await list(`?assigned_to=${member.id}`)).items).toEqual([mine]);
    expect((await list(`?assigned_to=${member.id}&status=DONE`)).items).toEqual([]);
  });
});

describe("paging", async () => {
  const { id } = await createProject(api, owner);
  // Seven tasks of which three were made in the same millisecond: the id settles their order.
  const instants = [1, 2, 3, 3, 3, 4, 5].map((second) => `2026-01-01T00:00:0${second}.000Z`);
  for (const created_at of instants)
    await api.sql`INSERT INTO tasks (id, project_id, title, created_at) VALUES (${newId()}, ${id}, 'x', ${created_at})`;
  const all = (await list("", id)).items.map((task) => task.id);

  test("offset and limit cut the list, and say whether there is more", async () => {
    expect(all).toHaveLength(7);
    const page = await list("?limit=3&offset=2", id);
    expect(page.items.map((task) => task.id)).toEqual(all.slice(2, 5));
    expect(page).toMatchObject({ limit: 3, offset: 2, has_more: true });
    const last = await list("?limit=3&offset=4", id);
    expect(last).toMatchObject({ has_more: false, next_cursor: null });
    expect((await list("?offset=7", id)).items).toEqual([]);
  });

  test.each([1, 2, 3, 7])("cursors in pages of %i reach every row once, also within one millisecond", async (limit) => {
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page<Task> = await list(`?limit=${limit}${cursor && `&cursor=${cursor}`}`, id);
      seen.push(...page.items.map((task) => task.id));
      expect(page.has_more).toBe(page.next_cursor !== null);
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(all);
  });

  test("both kinds of paging meet: the cursor of an offset page goes on from there, and wins over an offset", async () => {
    const page = await list("?limit=2&offset=1", id);
    const next = await list(`?limit=2&offset=5&cursor=${page.next_cursor}`, id);
    expect(next.items.map((task) => task.id)).toEqual(all.slice(3, 5));
    expect(next.offset).toBe(0);
  });

  test("a row that is added meanwhile neither repeats nor hides one", async () => {
    const first = await list("?limit=3", id);
    const [added] = await api.sql<{ id: string }[]>`
      INSERT INTO tasks (id, project_id, title) VALUES (${newId()}, ${id}, 'new') RETURNING id`;
    const rest = await list(`?cursor=${first.next_cursor}`, id);
    expect(rest.items.map((task) => task.id)).toEqual(all.slice(3));
    await api.sql`DELETE FROM tasks WHERE id = ${added?.id ?? ""}`;
  });

  test("a cursor of another list is only a place in time: it shows nothing of that list", async () => {
    const page = await list("?limit=1", id);
    const rest = await list(`?cursor=${page.next_cursor}`);
    for (const task of rest.items) expect(task.project_id).toBe(project.id);
  });
});

describe("400", () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  test.each([
    ["status=LATER", "status"],
    ["assigned_to=me", "assigned_to"],
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=1e2", "limit"],
    ["limit=99999999999999999999", "limit"],
    ["offset=-1", "offset"],
    ["offset=10001", "offset"],
    ["cursor=", "cursor"],
    ["cursor=%00", "cursor"],
    [`cursor=${encode("x")}`, "cursor"],
    [`cursor=${encode(["2026-01-01T00:00:00.000Z"])}`, "cursor"],
    [`cursor=${encode(["yesterday", newId()])}`, "cursor"],
    [`cursor=${encode(["2026-01-01T00:00:00.000Z", "1' OR '1'='1"])}`, "cursor"],
    [`cursor=${encode(["2026-01-01T00:00:00.000Z", newId(), 1])}`, "cursor"],
    [`cursor=${"a".repeat(201)}`, "cursor"],
    ["sort=title", "sort"],
  ])("?%s is refused, and named", async (query, path) => {
    const refusal = { token: member.token, code: "VALIDATION_ERROR", at: [path] } as const;
    await expectRefusal(api, `GET /projects/${project.id}/tasks?${query}`, refusal);
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const read = (id: string) =>
      expectRefusal(api, `GET /projects/${id}/tasks`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await read(project.id)).body).toEqual((await read(newId())).body);
  });
});
