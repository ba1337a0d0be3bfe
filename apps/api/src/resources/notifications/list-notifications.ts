import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { notifications } from "@hivesync/db/schema/notifications";
import { and, count, eq, isNull } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";

export const listNotifications = operation(api.notifications.list, async ({ deps, actor, input }) => {
  const own = eq(notifications.user_id, actor.userId);
  const isUnread = isNull(notifications.read_at);
  const { limit, offset } = pageWindow(input);
  const [rows, [unread]] = await Promise.all([
    deps.db
      .select({
        id: notifications.id,
        type: notifications.type,
        data: notifications.data,
        created_at: notifications.created_at,
        read_at: notifications.read_at,
      })
      .from(notifications)
      .where(and(own, input.unread ? isUnread : undefined, afterCursor(notifications, input)))
      .orderBy(...newestFirst(notifications))
      .limit(limit)
      .offset(offset),
    deps.db.select({ count: count() }).from(notifications).where(and(own, isUnread)),
  ]);
  return { ...toPage(rows, input), unread_count: unread?.count ?? 0 };
});
