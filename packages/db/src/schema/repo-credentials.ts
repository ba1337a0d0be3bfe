import { sql } from "drizzle-orm";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "../column-types.ts";

export const repoCredentials = pgTable("repo_credentials", {
  project_id: uuid().primaryKey(),
  host: text().notNull(),
  encrypted_token: bytea().notNull(),
  key_id: text().notNull(),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
});
