import { bigint, pgTable, uuid } from "drizzle-orm/pg-core";

export const notificationCounters = pgTable("notification_counters", {
  user_id: uuid().primaryKey(),
  last_seq: bigint({ mode: "number" }).notNull().default(0),
  unread: bigint({ mode: "number" }).notNull().default(0),
});
