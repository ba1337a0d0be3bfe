import { taskStatuses } from "@hivesync/contracts/resources/tasks";
import { sql } from "drizzle-orm";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const tasks = pgTable("tasks", {
  id: uuid().primaryKey(),
  project_id: uuid().notNull(),
  assigned_to: uuid(),
  created_by: uuid(),
  title: text().notNull(),
  description: text(),
  status: text({ enum: taskStatuses }).notNull().default("OPEN"),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  updated_at: instant()
    .notNull()
    .default(sql`now()`),
});
