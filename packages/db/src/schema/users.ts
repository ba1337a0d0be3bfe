import { tiers } from "@hivesync/contracts/tiers";
import { sql } from "drizzle-orm";
import { jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const users = pgTable("users", {
  id: uuid().primaryKey(),
  email: text().notNull(),
  username: text().notNull(),
  password_hash: text().notNull(),
  tier: text({ enum: tiers }).notNull().default("Free"),
  settings: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  last_login: instant(),
  disabled_at: instant(),
});
