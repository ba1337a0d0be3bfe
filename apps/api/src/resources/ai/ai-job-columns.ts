import { aiJobs } from "@hivesync/db/schema/ai-jobs";

/** The columns of an AI job that a list shows. */
export const aiJobSummaryColumns = {
  id: aiJobs.id,
  project_id: aiJobs.project_id,
  job_type: aiJobs.job_type,
  status: aiJobs.status,
  queue: aiJobs.queue,
  error: aiJobs.error,
  requested_by: aiJobs.requested_by,
  retried_from: aiJobs.retried_from,
  created_at: aiJobs.created_at,
  started_at: aiJobs.started_at,
  completed_at: aiJobs.completed_at,
};
