import { jobStatuses } from "@hivesync/contracts/jobs/job-state";
import { sql } from "drizzle-orm";
import { integer, jsonb, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";
import type { JobError, JobProgress } from "./json-types.ts";

/** What the rows of all kinds of job have alike: who asked, where it stands, and how it ended. */
export const jobColumns = {
  id: uuid().primaryKey(),
  project_id: uuid().notNull(),
  requested_by: uuid(),
  status: text({ enum: jobStatuses }).notNull().default("QUEUED"),
  priority: smallint().notNull(),
  attempt: integer().notNull().default(0),
  dispatches: integer().notNull().default(0),
  progress: jsonb().$type<JobProgress>(),
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
};
