import { notify } from "#events/notify.ts";
import type { TestApi, TestUser } from "./start-test-api.ts";

/** Tells a user so often, each time by a transaction of its own. Answers the ids of what the user has been told in all, oldest first. */
export async function notifyTimes(api: TestApi, user: TestUser, times: number): Promise<string[]> {
  for (let number = 1; number <= times; number += 1)
    await api.deps.transact((transaction) =>
      notify(transaction, { user_id: user.id, type: "preview_ready", data: { number } }),
    );
  const rows = await api.sql<{ id: string }[]>`SELECT id FROM notifications WHERE user_id = ${user.id} ORDER BY seq`;
  return rows.map(({ id }) => id);
}

/** How many a user has not read: as the list counts them, and as it lists them. */
export async function readUnread(api: TestApi, user: TestUser): Promise<{ count: number; listed: number }> {
  const { body } = await api.call("GET /notifications?unread=true&limit=100", { token: user.token });
  const { unread_count: count, items } = body.data as { unread_count: number; items: unknown[] };
  return { count, listed: items.length };
}
