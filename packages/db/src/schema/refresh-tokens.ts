import { sql } from "drizzle-orm";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const refreshTokens = pgTable("refresh_tokens", {
  hash: text().primaryKey(),
  family: uuid().notNull(),
  parent: text(),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  expires_at: instant().notNull(),
  rotated_at: instant(),
});
