import { repoSyncs } from "@hivesync/db/schema/repo-syncs";

/** The columns of a sync that its project's members see. */
export const repoSyncColumns = {
  id: repoSyncs.id,
  project_id: repoSyncs.project_id,
  repo_url: repoSyncs.repo_url,
  ref: repoSyncs.ref,
  automatic: repoSyncs.automatic,
  status: repoSyncs.status,
  progress: repoSyncs.progress,
  head: repoSyncs.head,
  head_ref: repoSyncs.head_ref,
  refs: repoSyncs.refs_total,
  files: repoSyncs.files,
  bytes: repoSyncs.bytes,
  left_out: repoSyncs.left_out,
  left_out_total: repoSyncs.left_out_total,
  forced: repoSyncs.forced,
  deleted: repoSyncs.deleted,
  error: repoSyncs.error,
  requested_by: repoSyncs.requested_by,
  created_at: repoSyncs.created_at,
  started_at: repoSyncs.started_at,
  completed_at: repoSyncs.completed_at,
};
