import type { ErrorCode } from "@hivesync/contracts/errors";
import { aiDocument } from "@hivesync/contracts/jobs/ai-document";
import type { JobDefinition } from "@hivesync/contracts/jobs/job-definition";
import type { JobStatus } from "@hivesync/contracts/jobs/job-state";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { repoSync } from "@hivesync/contracts/jobs/repo-sync";
import type { NotificationType } from "@hivesync/contracts/resources/notifications";
import type { TierLimits } from "@hivesync/contracts/tiers";
import type { Queryable } from "@hivesync/db/client";
import { jobTable, type JobTable } from "@hivesync/db/job-table";
import type { BusEvent } from "@hivesync/platform/events/topics";
import { isQuietSync } from "./is-quiet-sync.ts";

/** Kinds that have a queue for each kind of worker; see `route-job.ts`. */
export const routedJobs = ["preview", "ai"] as const;
export type RoutedJobName = (typeof routedJobs)[number];

export type JobName = RoutedJobName | "repo";

/** A job as everyone who is told of it needs it. */
export interface ToldJob {
  id: string;
  project_id: string;
  requested_by: string | null;
  /** What its requester is told besides. */
  notice?: Record<string, unknown>;
}

/** What differs from one kind of job to another. Whatever is done with jobs is written once, and reads it here. */
export interface JobKind {
  name: JobName;
  /** In sentences: "This preview has ended already." */
  noun: string;
  table: JobTable;
  definition: JobDefinition<typeof previewBuild.payload>;
  /** How many of a user's are under way at once. */
  atOnce: (limits: TierLimits) => number;
  /** How many of a user's are accepted in how long. */
  rate: (limits: TierLimits) => { count: number; perSeconds: number };
  /** Where its attempts' objects lie within the team's. */
  folder: "previews" | "ai" | "repos";
  /** Whether a job is of no more use after its `expires_at`. */
  expires: boolean;
  failureCode: ErrorCode;
  notifications: Readonly<Record<"COMPLETED" | "FAILED", NotificationType>>;
  /** Whether no notification is written of an end: what nobody asked for need not be told each time. */
  isQuiet: (transaction: Queryable, job: ToldJob, status: "COMPLETED" | "FAILED") => Promise<boolean>;
  /** Who hears of a job's end besides by a notification. */
  endEvents: (job: ToldJob, status: JobStatus) => BusEvent[];
}

const preview: JobKind = {
  name: "preview",
  noun: "preview",
  table: jobTable("preview_sessions"),
  definition: previewBuild,
  atOnce: ({ previewsAtOnce }) => previewsAtOnce,
  rate: ({ previewsPerMinute: count }) => ({ count, perSeconds: 60 }),
  folder: "previews",
  expires: true,
  failureCode: "PREVIEW_BUILD_FAILED",
  notifications: { COMPLETED: "preview_ready", FAILED: "preview_failed" },
  isQuiet: async () => false,
  endEvents: ({ id, project_id: projectId }, status) => {
    const toWatchers: BusEvent = { topic: "preview", key: id, message: { type: "ended" } };
    if (status !== "COMPLETED" && status !== "FAILED") return [toWatchers];
    const type = status === "COMPLETED" ? "preview_completed" : "preview_failed";
    return [toWatchers, { topic: "project", key: projectId, message: { type, job_id: id } }];
  },
};

/** Of a kind that has no stream of its own: whoever asked for it reads of its end among their notifications. */
function tellRequester(kind: "ai" | "repo"): JobKind["endEvents"] {
  return ({ id, project_id, requested_by: key }, status) =>
    key === null
      ? []
      : [{ topic: "user", key, message: { type: "progress", kind, job_id: id, project_id, status, progress: null } }];
}

const ai: JobKind = {
  name: "ai",
  noun: "AI job",
  table: jobTable("ai_jobs"),
  definition: aiDocument,
  atOnce: ({ aiJobsAtOnce }) => aiJobsAtOnce,
  rate: ({ aiJobsPerMinute: count }) => ({ count, perSeconds: 60 }),
  folder: "ai",
  expires: false,
  failureCode: "AI_JOB_FAILED",
  notifications: { COMPLETED: "ai_ready", FAILED: "ai_failed" },
  isQuiet: async () => false,
  endEvents: tellRequester("ai"),
};

const repo: JobKind = {
  name: "repo",
  noun: "repository sync",
  table: jobTable("repo_syncs"),
  definition: repoSync,
  atOnce: ({ repoSyncsAtOnce }) => repoSyncsAtOnce,
  rate: ({ repoSyncs }) => repoSyncs,
  folder: "repos",
  expires: false,
  failureCode: "REPO_SYNC_FAILED",
  notifications: { COMPLETED: "repo_synced", FAILED: "repo_sync_failed" },
  isQuiet: isQuietSync,
  endEvents: tellRequester("repo"),
};

/** Every kind of job that users ask for. */
export const jobKinds = { preview, ai, repo } as const satisfies Record<JobName, JobKind>;

export const allJobKinds: readonly JobKind[] = Object.values(jobKinds);
