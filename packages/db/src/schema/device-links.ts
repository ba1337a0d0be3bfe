import { sql } from "drizzle-orm";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const deviceLinks = pgTable("device_links", {
  id: uuid().primaryKey(),
  device_code_hash: text().notNull(),
  user_code_hash: text().notNull(),
  client_name: text().notNull(),
  status: text({ enum: ["PENDING", "APPROVED", "DENIED", "EXPIRED"] })
    .notNull()
    .default("PENDING"),
  user_id: uuid(),
  session_id: uuid(),
  last_polled_at: instant(),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  expires_at: instant().notNull(),
});
