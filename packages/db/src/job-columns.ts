import { jobStatuses } from "@hivesync/contracts/jobs/job-state";
import { sql } from "drizzle-orm";
import { integer, jsonb, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";
import type { JobError, JobProgress } from "./json-types.ts";

/**
 * What the rows of all kinds of job have alike: who asked, where it stands, and how it ended. Their names are written out: Drizzle looks up a
 * name that it takes from the key by the table's name, once for each, and `jobTable` is a second table of that name with fewer columns.
 */
export const jobColumns = {
  id: uuid("id").primaryKey(),
  project_id: uuid("project_id").notNull(),
  requested_by: uuid("requested_by"),
  status: text("status", { enum: jobStatuses }).notNull().default("QUEUED"),
  priority: smallint("priority").notNull(),
  attempt: integer("attempt").notNull().default(0),
  dispatches: integer("dispatches").notNull().default(0),
  progress: jsonb("progress").$type<JobProgress>(),
  logs_key: text("logs_key"),
  timings: jsonb("timings").$type<Record<string, number>>(),
  error_message: text("error_message"),
  error: jsonb("error").$type<JobError>(),
  retried_from: uuid("retried_from"),
  created_at: instant("created_at")
    .notNull()
    .default(sql`now()`),
  dispatched_at: instant("dispatched_at"),
  started_at: instant("started_at"),
  completed_at: instant("completed_at"),
};
