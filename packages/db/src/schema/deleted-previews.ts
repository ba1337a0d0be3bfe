import { sql } from "drizzle-orm";
import { integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

/** Written by a trigger when a preview's row is deleted; see the migration. */
export const deletedPreviews = pgTable("deleted_previews", {
  id: uuid().primaryKey(),
  team_id: uuid().notNull(),
  attempt: integer().notNull(),
  input_key: text().notNull(),
  bundle_url: text(),
  logs_key: text(),
  artifacts: jsonb().$type<Record<string, string>>().notNull(),
  deleted_at: instant()
    .notNull()
    .default(sql`now()`),
});
