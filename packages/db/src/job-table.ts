import { queueNames } from "@hivesync/contracts/jobs/job-state";
import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { jobColumns } from "./job-columns.ts";
import type { AiProgress, JobProgress, RepoProgress } from "./json-types.ts";

/**
 * A table of jobs as seen by code that does the same for every kind of them: the columns that they all have. What a kind has of its own stands
 * in `schema/`. Names are written out, as `jobColumns` says.
 *
 * @example
 * const table = jobTable("ai_jobs");
 */
export function jobTable(name: "preview_sessions" | "ai_jobs" | "repo_syncs") {
  return pgTable(name, {
    ...jobColumns,
    progress: jsonb("progress").$type<JobProgress | AiProgress | RepoProgress>(),
    queue: text("queue", { enum: queueNames }).notNull(),
    input_key: text("input_key").notNull(),
  });
}
export type JobTable = ReturnType<typeof jobTable>;
