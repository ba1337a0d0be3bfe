import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { notifications } from "@hivesync/db/schema/notifications";
import { and, eq, isNull } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { notificationColumns } from "#events/notification-columns.ts";
import { operation } from "#operation.ts";
import { readCounts } from "./notification-counts.ts";

export const listNotifications = operation(api.notifications.list, async ({ deps, actor, input }) => {
  const own = eq(notifications.user_id, actor.userId);
  const isUnread = isNull(notifications.read_at);
  const { limit, offset } = pageWindow(input);
  const [rows, counts] = await Promise.all([
    deps.db
      .select(notificationColumns)
      .from(notifications)
      .where(and(own, input.unread ? isUnread : undefined, afterCursor(notifications, input)))
      .orderBy(...newestFirst(notifications))
      .limit(limit)
      .offset(offset),
    readCounts(deps.db, actor.userId),
  ]);
  return { ...toPage(rows, input), unread_count: counts.unread };
});
