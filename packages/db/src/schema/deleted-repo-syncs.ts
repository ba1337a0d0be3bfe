import { integer, pgTable, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

/** A repository sync whose row is gone, and what it wrote to storage perhaps not yet. A trigger notes it. */
export const deletedRepoSyncs = pgTable("deleted_repo_syncs", {
  id: uuid().primaryKey(),
  team_id: uuid().notNull(),
  project_id: uuid().notNull(),
  attempt: integer().notNull(),
  deleted_at: instant().notNull(),
});
