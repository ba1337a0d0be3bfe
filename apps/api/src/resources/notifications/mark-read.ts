import { api } from "@hivesync/contracts/api";
import { notificationCounters } from "@hivesync/db/schema/notification-counters";
import { notifications } from "@hivesync/db/schema/notifications";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, isNull, sql } from "drizzle-orm";
import { notificationColumns } from "#events/notification-columns.ts";
import { operation } from "#operation.ts";
import { lockCounter } from "./notification-counts.ts";

export const markRead = operation(api.notifications.markRead, async ({ actor, input, transact }) =>
  transact(async (transaction) => {
    await lockCounter(transaction, actor.userId);
    const own = and(eq(notifications.id, input.id), eq(notifications.user_id, actor.userId));
    const [marked] = await transaction
      .update(notifications)
      .set({ read_at: sql`now()` })
      .where(and(own, isNull(notifications.read_at)))
      .returning(notificationColumns);
    if (marked) {
      await transaction
        .update(notificationCounters)
        .set({ unread: sql`${notificationCounters.unread} - 1` })
        .where(eq(notificationCounters.user_id, actor.userId));
      return marked;
    }
    const [read] = await transaction.select(notificationColumns).from(notifications).where(own);
    if (!read) throw new AppError("NOT_FOUND");
    return read;
  }),
);
