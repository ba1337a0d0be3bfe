import type { Page } from "@hivesync/contracts/pagination";
import type { Notice } from "#events/notify.ts";
import { afterAll, describe, expect, test } from "vitest";
import { notify } from "#events/notify.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const [user, other] = await Promise.all([api.register(), api.register()]);

type Listed = Page<{ id: string; data: { number: number }; read_at: string | null }> & { unread_count: number };

async function tell(whom: TestUser, number: number): Promise<void> {
  const notice: Notice = { user_id: whom.id, type: "preview_ready", data: { number } };
  await api.deps.transact((transaction) => notify(transaction, notice));
}

async function list(whom: TestUser, query = ""): Promise<Listed> {
  const answer = await api.call(`GET /notifications${query}`, { token: whom.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

for (const number of [1, 2, 3, 4]) await tell(user, number);
await tell(other, 99);
const [second] = await api.sql<{ id: string }[]>`SELECT id FROM notifications WHERE data ->> 'number' = '2'`;
await api.call(`POST /notifications/${second?.id ?? ""}/read`, { token: user.token, body: {} });

describe("200", () => {
  test("one's own, newest first, with the number that is unread in all", async () => {
    const page = await list(user);
    expect(page.items.map(({ data }) => data.number)).toEqual([4, 3, 2, 1]);
    expect(page).toMatchObject({ unread_count: 3, has_more: false, next_cursor: null });
    expect(page.items[0]).toMatchObject({ type: "preview_ready", read_at: null });
  });

  test("the unread ones alone, page by page, count the same", async () => {
    const first = await list(user, "?unread=true&limit=2");
    expect(first.items.map(({ data }) => data.number)).toEqual([4, 3]);
    const second = await list(user, `?unread=true&limit=2&cursor=${first.next_cursor}`);
    expect(second.items.map(({ data }) => data.number)).toEqual([1]);
    expect(second).toMatchObject({ unread_count: 3, has_more: false });
    expect((await list(user, "?unread=false")).items).toHaveLength(4);
  });

  test("who was told nothing sees an empty page", async () => {
    expect(await list(await api.register())).toMatchObject({ items: [], unread_count: 0 });
  });
});

describe("400", () => {
  test.each([
    ["unread=yes", "unread"],
    ["unread=1", "unread"],
    ["limit=0", "limit"],
    ["cursor=x", "cursor"],
    ["user_id=1", "user_id"],
  ])("?%s is refused, and named", async (query, path) => {
    await expectRefusal(api, `GET /notifications?${query}`, {
      token: user.token,
      code: "VALIDATION_ERROR",
      at: [path],
    });
  });
});

describe("401", () => {
  test("without a token nothing is told", async () => {
    await expectRefusal(api, "GET /notifications", { code: "AUTH_INVALID" });
  });
});
