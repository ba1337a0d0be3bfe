import { jobColumns } from "@hivesync/db/job-columns";
import type { AiProgress, JobProgress } from "@hivesync/db/json-types";
import { jsonb, pgTable, text } from "drizzle-orm/pg-core";

/** The columns that a worker needs of every kind of job, which are the same for all. */
function jobTable(name: string) {
  return pgTable(name, {
    ...jobColumns,
    progress: jsonb().$type<JobProgress | AiProgress>(),
    input_key: text().notNull(),
  });
}

/** The rows of each kind of job that works on stored files. */
const jobTables = { preview: jobTable("preview_sessions"), ai: jobTable("ai_jobs") };

export type JobKind = keyof typeof jobTables;

/** The table that holds the jobs of a kind. */
export function tableOf(kind: JobKind): ReturnType<typeof jobTable> {
  return jobTables[kind];
}
