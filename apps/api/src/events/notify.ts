import type { NotificationType } from "@hivesync/contracts/resources/notifications";
import { notificationCounters } from "@hivesync/db/schema/notification-counters";
import { notifications } from "@hivesync/db/schema/notifications";
import { newId } from "@hivesync/platform/ids";
import { sql } from "drizzle-orm";
import type { Transaction } from "#transaction.ts";
import { notificationColumns } from "./notification-columns.ts";

/** What a user is told. `data` holds ids and names, never a signed URL. */
export interface Notice {
  user_id: string;
  type: NotificationType;
  data: Record<string, unknown>;
}

/**
 * Writes a notification in the transaction of its cause. The user's counter row is locked until that commits, so that the order of `seq` is
 * the order in which notifications become visible.
 */
export async function notify(transaction: Transaction, notice: Notice): Promise<void> {
  const [counter] = await transaction
    .insert(notificationCounters)
    .values({ user_id: notice.user_id, last_seq: 1, unread: 1 })
    .onConflictDoUpdate({
      target: notificationCounters.user_id,
      set: {
        last_seq: sql`${notificationCounters.last_seq} + 1`,
        unread: sql`${notificationCounters.unread} + 1`,
      },
    })
    .returning({ seq: notificationCounters.last_seq });
  const seq = counter?.seq ?? 1;
  const [notification] = await transaction
    .insert(notifications)
    .values({ id: newId(), seq, ...notice })
    .returning(notificationColumns);
  if (!notification) throw new Error("the insert returned no row");
  const message = { type: "notification" as const, seq, notification };
  transaction.announce({ topic: "user", key: notice.user_id, message });
}
