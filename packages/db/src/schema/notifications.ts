import { notificationTypes } from "@hivesync/contracts/resources/notifications";
import { sql } from "drizzle-orm";
import { bigint, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const notifications = pgTable("notifications", {
  id: uuid().primaryKey(),
  user_id: uuid().notNull(),
  seq: bigint({ mode: "number" }).notNull(),
  type: text({ enum: notificationTypes }).notNull(),
  data: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  read_at: instant(),
});
