import type { Database, Queryable } from "@hivesync/db/client";
import { prepared } from "@hivesync/db/prepared";
import { notificationCounters } from "@hivesync/db/schema/notification-counters";
import { eq, sql } from "drizzle-orm";

const findCounts = prepared((db) =>
  db
    .select({ lastSeq: notificationCounters.last_seq, unread: notificationCounters.unread })
    .from(notificationCounters)
    .where(eq(notificationCounters.user_id, sql.placeholder("user")))
    .prepare("notification_counts"),
);

/** Of a user's notifications: the number of the newest, and how many are unread. Kept as they come and are read, never counted. */
export async function readCounts(db: Database, userId: string): Promise<{ lastSeq: number; unread: number }> {
  const [counts] = await findCounts(db).execute({ user: userId });
  return counts ?? { lastSeq: 0, unread: 0 };
}

/** Locks the user's counter, as every notification does before it is written: in the same order, so that nothing waits in a circle. */
export async function lockCounter(transaction: Queryable, userId: string): Promise<void> {
  await transaction
    .select({ user_id: notificationCounters.user_id })
    .from(notificationCounters)
    .where(eq(notificationCounters.user_id, userId))
    .for("update");
}
