import type { NotificationType } from "@hivesync/contracts/resources/notifications";
import type { notifications } from "@hivesync/db/schema/notifications";
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

type Notified = Pick<typeof notifications.$inferSelect, keyof typeof notificationColumns | "seq">;

/**
 * Writes a notification in the transaction of its cause. The user's counter row is locked until that commits, so that the order of `seq` is
 * the order in which notifications become visible.
 */
export async function notify(transaction: Transaction, notice: Notice): Promise<void> {
  const data = JSON.stringify(notice.data);
  const rows = await transaction.execute<Notified & Record<string, unknown>>(sql`
    WITH counter AS (
      INSERT INTO notification_counters AS known (user_id, last_seq, unread) VALUES (${notice.user_id}, 1, 1)
      ON CONFLICT (user_id) DO UPDATE SET last_seq = known.last_seq + 1, unread = known.unread + 1
      RETURNING last_seq
    )
    INSERT INTO notifications (id, user_id, seq, type, data)
    SELECT ${newId()}::uuid, ${notice.user_id}::uuid, last_seq, ${notice.type}, ${data}::jsonb FROM counter
    RETURNING ${sql.join(Object.values(notificationColumns), sql`, `)}, seq::float8`);
  const [row] = rows;
  if (!row) throw new Error("the insert returned no row");
  const { seq, ...notification } = row;
  transaction.announce({ topic: "user", key: notice.user_id, message: { type: "notification", seq, notification } });
}
