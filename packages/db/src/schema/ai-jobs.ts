import { pgTable, text } from "drizzle-orm/pg-core";
import { jobColumns } from "../job-columns.ts";

export const aiJobs = pgTable("ai_jobs", {
  ...jobColumns,
  job_type: text({ enum: ["document", "explain", "summarize", "readme"] }).notNull(),
  queue: text({ enum: ["ai-cpu", "ai-gpu"] }).notNull(),
  input_key: text().notNull(),
  /** The object key of the result. */
  result_url: text(),
});
