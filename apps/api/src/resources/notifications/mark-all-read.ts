import { api } from "@hivesync/contracts/api";
import { notificationCounters } from "@hivesync/db/schema/notification-counters";
import { notifications } from "@hivesync/db/schema/notifications";
import { and, eq, isNull, sql } from "drizzle-orm";
import { operation } from "#operation.ts";
import { lockCounter } from "./notification-counts.ts";

export const markAllRead = operation(api.notifications.markAllRead, async ({ actor, transact }) =>
  transact(async (transaction) => {
    await lockCounter(transaction, actor.userId);
    const marked = await transaction
      .update(notifications)
      .set({ read_at: sql`now()` })
      .where(and(eq(notifications.user_id, actor.userId), isNull(notifications.read_at)));
    await transaction
      .update(notificationCounters)
      .set({ unread: 0 })
      .where(eq(notificationCounters.user_id, actor.userId));
    return { marked: marked.count };
  }),
);
