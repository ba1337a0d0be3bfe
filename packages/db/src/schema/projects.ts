import { sql } from "drizzle-orm";
import { jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";
import type { ProjectSettings } from "../json-types.ts";

export const projects = pgTable("projects", {
  id: uuid().primaryKey(),
  team_id: uuid().notNull(),
  name: text().notNull(),
  metadata: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  settings: jsonb().$type<Partial<ProjectSettings>>().notNull().default({}),
  mirror_manifest_key: text(),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  updated_at: instant()
    .notNull()
    .default(sql`now()`),
});
