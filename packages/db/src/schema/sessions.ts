import { sql } from "drizzle-orm";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const sessions = pgTable("sessions", {
  id: uuid().primaryKey(),
  user_id: uuid().notNull(),
  client_name: text().notNull(),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  last_used_at: instant()
    .notNull()
    .default(sql`now()`),
  expires_at: instant().notNull(),
  revoked_at: instant(),
});
