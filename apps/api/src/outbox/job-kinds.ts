import type { ErrorCode } from "@hivesync/contracts/errors";
import { aiDocument } from "@hivesync/contracts/jobs/ai-document";
import type { JobDefinition } from "@hivesync/contracts/jobs/job-definition";
import type { JobStatus } from "@hivesync/contracts/jobs/job-state";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import type { NotificationType } from "@hivesync/contracts/resources/notifications";
import type { TierLimits } from "@hivesync/contracts/tiers";
import { jobTable, type JobTable } from "@hivesync/db/job-table";
import type { BusEvent } from "@hivesync/platform/events/topics";

export type JobName = "preview" | "ai";

/** A job as everyone who is told of it needs it. */
export interface ToldJob {
  id: string;
  project_id: string;
  requested_by: string | null;
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
  perMinute: (limits: TierLimits) => number;
  /** Where its attempts' objects lie within the team's. */
  folder: "previews" | "ai";
  /** Whether a job is of no more use after its `expires_at`. */
  expires: boolean;
  failureCode: ErrorCode;
  notifications: Readonly<Record<"COMPLETED" | "FAILED", NotificationType>>;
  /** Who hears of a job's end besides by a notification. */
  endEvents: (job: ToldJob, status: JobStatus) => BusEvent[];
}

const preview: JobKind = {
  name: "preview",
  noun: "preview",
  table: jobTable("preview_sessions"),
  definition: previewBuild,
  atOnce: ({ previewsAtOnce }) => previewsAtOnce,
  perMinute: ({ previewsPerMinute }) => previewsPerMinute,
  folder: "previews",
  expires: true,
  failureCode: "PREVIEW_BUILD_FAILED",
  notifications: { COMPLETED: "preview_ready", FAILED: "preview_failed" },
  endEvents: ({ id, project_id: projectId }, status) => {
    const toWatchers: BusEvent = { topic: "preview", key: id, message: { type: "ended" } };
    if (status !== "COMPLETED") return [toWatchers];
    return [toWatchers, { topic: "project", key: projectId, message: { type: "preview_completed", job_id: id } }];
  },
};

const ai: JobKind = {
  name: "ai",
  noun: "AI job",
  table: jobTable("ai_jobs"),
  definition: aiDocument,
  atOnce: ({ aiJobsAtOnce }) => aiJobsAtOnce,
  perMinute: ({ aiJobsPerMinute }) => aiJobsPerMinute,
  folder: "ai",
  expires: false,
  failureCode: "AI_JOB_FAILED",
  notifications: { COMPLETED: "ai_ready", FAILED: "ai_failed" },
  // It has no stream of its own: whoever asked for it reads of it among their notifications.
  endEvents: ({ id, project_id, requested_by: key }, status) =>
    key === null
      ? []
      : [
          {
            topic: "user",
            key,
            message: { type: "progress", kind: "ai", job_id: id, project_id, status, progress: null },
          },
        ],
};

/** Every kind of job that users ask for. */
export const jobKinds = { preview, ai } as const satisfies Record<JobName, JobKind>;

export const allJobKinds: readonly JobKind[] = Object.values(jobKinds);
