import { sql } from "drizzle-orm";
import { bigint, integer, jsonb, pgTable, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";
import type { JobProgress, JobError } from "../json-types.ts";

export const repoSyncs = pgTable("repo_syncs", {
  id: uuid().primaryKey(),
  project_id: uuid().notNull(),
  requested_by: uuid(),
  repo_url: text().notNull(),
  ref: text(),
  status: text({ enum: ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"] })
    .notNull()
    .default("QUEUED"),
  queue: text().notNull().default("repo-sync"),
  priority: smallint().notNull(),
  attempt: integer().notNull().default(0),
  dispatches: integer().notNull().default(0),
  progress: jsonb().$type<JobProgress>(),
  input_key: text(),
  head: text(),
  refs: jsonb().$type<Record<string, string>>(),
  files: integer(),
  bytes: bigint({ mode: "number" }),
  left_out: jsonb().$type<{ path: string; reason: string }[]>(),
  logs_key: text(),
  timings: jsonb().$type<Record<string, number>>(),
  error_message: text(),
  error: jsonb().$type<JobError>(),
  retried_from: uuid(),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  dispatched_at: instant(),
  started_at: instant(),
  completed_at: instant(),
});
