import { exampleIds } from "../example-ids.ts";
import type {
  AdminJob,
  AdminUser,
  AuditEntry,
  JobStats,
  KeptScalingRule,
  LiveWorker,
  QueueState,
} from "../operator.ts";

export const exampleWorker: LiveWorker = {
  id: "cpu-worker-1-4321-b1c2d3e4",
  kind: "cpu",
  host: "worker-1",
  queues: ["preview-cpu", "ai-cpu", "repo-sync", "maintenance"],
  concurrency: 2,
  active: 1,
  version: "1.0.0",
  gpu: null,
  walls: "namespace",
  last_seen: "2026-11-22T10:15:04.000Z",
};

export const exampleGrace: AdminUser = {
  id: exampleIds.grace,
  email: "grace@example.com",
  username: "grace",
  tier: "Pro",
  created_at: "2026-11-22T09:35:00.000Z",
  last_login: "2026-11-22T10:00:00.000Z",
  disabled_at: null,
};

export const exampleRule: KeptScalingRule = {
  queue: "preview-cpu",
  min_workers: 1,
  max_workers: 4,
  concurrency: 2,
  target_wait_seconds: 5,
  gpu_fallback: "cpu",
  paused: false,
  updated_at: "2026-11-22T10:40:00.000Z",
};

export const exampleQueue: QueueState = {
  queue: "preview-cpu",
  undispatched: 1,
  waiting: 2,
  active: 2,
  delayed: 0,
  failed: 1,
  oldest_waiting_seconds: 3.2,
  completed_per_minute: 12.4,
  workers: 1,
  desired_workers: 2,
  paused: false,
};

export const exampleStats: JobStats = {
  from: "2026-11-22T10:00:00.000Z",
  to: "2026-11-22T12:00:00.000Z",
  bucket: "hour",
  total: 3,
  by_status: { QUEUED: 0, RUNNING: 1, COMPLETED: 1, FAILED: 1, CANCELLED: 0 },
  by_tier: [{ tier: "Pro", total: 3, failed: 1 }],
  wait_seconds: { p50: 0.05, p95: 0.08 },
  run_seconds: { p50: 0.4, p95: 0.5 },
  failures: [{ code: "PREVIEW_BUILD_FAILED", message: 'Could not resolve "./itme" in src/App.tsx.', count: 1 }],
  series: [
    { at: "2026-11-22T10:00:00.000Z", completed: 1, failed: 1, cancelled: 0, open: 1, wait_p95: 0.08, run_p95: 0.5 },
    { at: "2026-11-22T11:00:00.000Z", completed: 0, failed: 0, cancelled: 0, open: 0, wait_p95: null, run_p95: null },
  ],
};

export const exampleAuditEntry: AuditEntry = {
  id: "01a202b2-c500-7000-8000-0000000000b1",
  event_type: "tier_changed",
  user_id: exampleIds.grace,
  actor_id: exampleIds.iris,
  project_id: null,
  metadata: { old: "Free", new: "Pro" },
  created_at: "2026-11-22T10:10:00.000Z",
};

export const exampleJob: AdminJob = {
  job_id: exampleIds.failedPreview,
  kind: "preview",
  project_id: exampleIds.project,
  requested_by: exampleIds.ada,
  status: "FAILED",
  queue: "preview-cpu",
  priority: 4,
  attempt: 1,
  error: { code: "PREVIEW_BUILD_FAILED", message: 'Could not resolve "./itme" in src/App.tsx.', details: null },
  logs_url: null,
  retried_from: null,
  created_at: "2026-11-22T10:12:00.000Z",
  dispatched_at: "2026-11-22T10:12:00.010Z",
  started_at: "2026-11-22T10:12:00.050Z",
  completed_at: "2026-11-22T10:12:00.450Z",
};
