import { previewSessions } from "@hivesync/db/schema/preview-sessions";

/** The columns of a preview that a list shows. */
export const previewSummaryColumns = {
  id: previewSessions.id,
  project_id: previewSessions.project_id,
  status: previewSessions.status,
  queue: previewSessions.queue,
  error: previewSessions.error,
  context: previewSessions.context,
  requested_by: previewSessions.requested_by,
  retried_from: previewSessions.retried_from,
  created_at: previewSessions.created_at,
  started_at: previewSessions.started_at,
  completed_at: previewSessions.completed_at,
  expires_at: previewSessions.expires_at,
};
