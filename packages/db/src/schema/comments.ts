import { sql } from "drizzle-orm";
import { jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";
import type { CommentAnchor } from "../json-types.ts";

export const comments = pgTable("comments", {
  id: uuid().primaryKey(),
  user_id: uuid(),
  project_id: uuid().notNull(),
  task_id: uuid(),
  parent_id: uuid(),
  /** Of the thread's first comment, which this may be itself. Computed by the database. */
  thread_id: uuid().generatedAlwaysAs(sql`coalesce(parent_id, id)`),
  content: text().notNull(),
  anchor: jsonb().$type<CommentAnchor>(),
  resolved_at: instant(),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  updated_at: instant()
    .notNull()
    .default(sql`now()`),
});
