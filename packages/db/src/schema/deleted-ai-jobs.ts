import { sql } from "drizzle-orm";
import { integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

/** Written by a trigger when an AI job's row is deleted; see the migration. Its objects lie under its attempts' prefixes. */
export const deletedAiJobs = pgTable("deleted_ai_jobs", {
  id: uuid().primaryKey(),
  team_id: uuid().notNull(),
  attempt: integer().notNull(),
  input_key: text().notNull(),
  deleted_at: instant()
    .notNull()
    .default(sql`now()`),
});
