import { aiQueues } from "@hivesync/contracts/jobs/job-state";
import { aiJobTypes } from "@hivesync/contracts/resources/ai";
import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { jobColumns } from "../job-columns.ts";
import type { AiProgress } from "../json-types.ts";

export const aiJobs = pgTable("ai_jobs", {
  ...jobColumns,
  job_type: text({ enum: aiJobTypes }).notNull(),
  queue: text({ enum: aiQueues }).notNull(),
  progress: jsonb().$type<AiProgress>(),
  input_key: text().notNull(),
  /** The object key of the result. */
  result_url: text(),
});
