import { jobTable, type JobTable } from "@hivesync/db/job-table";

const jobTables = { preview: jobTable("preview_sessions"), ai: jobTable("ai_jobs"), repo: jobTable("repo_syncs") };

export type JobKind = keyof typeof jobTables;

/** The table that holds the jobs of a kind. */
export function tableOf(kind: JobKind): JobTable {
  return jobTables[kind];
}
