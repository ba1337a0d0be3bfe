import { sql } from "drizzle-orm";
import { integer, jsonb, pgTable, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";
import type { JobError, JobProgress, PreviewContext } from "../json-types.ts";

export const previewSessions = pgTable("preview_sessions", {
  id: uuid().primaryKey(),
  project_id: uuid().notNull(),
  requested_by: uuid(),
  token_hash: text().notNull(),
  status: text({ enum: ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"] })
    .notNull()
    .default("QUEUED"),
  queue: text({ enum: ["preview-cpu", "preview-gpu"] }).notNull(),
  priority: smallint().notNull(),
  attempt: integer().notNull().default(0),
  dispatches: integer().notNull().default(0),
  progress: jsonb().$type<JobProgress>(),
  input_key: text().notNull(),
  context: jsonb().$type<PreviewContext>(),
  bundle_url: text(),
  logs_key: text(),
  artifacts: jsonb().$type<Record<string, string>>().notNull().default({}),
  warnings: jsonb().$type<string[]>().notNull().default([]),
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
  expires_at: instant().notNull(),
});
