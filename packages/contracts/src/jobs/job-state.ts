/** The life of every job: preview, AI job, repository sync. */
export const jobStatuses = ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"] as const;
export type JobStatus = (typeof jobStatuses)[number];

const transitions: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  // To itself: dispatched again because no queue knew it. To COMPLETED: the same inputs were built before, so the earlier bundle is the answer.
  QUEUED: ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"],
  // To QUEUED: its queue forgot it. To itself: a re-run after its worker died, under the next attempt.
  RUNNING: ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"],
  COMPLETED: [],
  FAILED: [],
  CANCELLED: [],
};

/** The statuses from which a job may become `next`: what an UPDATE to it has in its WHERE. */
export function statusesBefore(next: JobStatus): JobStatus[] {
  return jobStatuses.filter((status) => transitions[status].includes(next));
}

/** Statuses that a job never leaves. */
export const endedStatuses = jobStatuses.filter((status) => transitions[status].length === 0);

/** Statuses of a job that still has to end. */
export const openStatuses = jobStatuses.filter((status) => transitions[status].length > 0);

/** A worker's word to the status of the row. */
export const statusOfOutcome = { SUCCESS: "COMPLETED", FAIL: "FAILED" } as const satisfies Record<string, JobStatus>;

export const previewQueues = ["preview-cpu", "preview-gpu"] as const;
export type PreviewQueue = (typeof previewQueues)[number];

export const aiQueues = ["ai-cpu", "ai-gpu"] as const;
export type AiQueue = (typeof aiQueues)[number];

/** Every queue there is. Payloads hold ids only: what a job works on is read from its row. */
export const queueNames = [...previewQueues, ...aiQueues, "repo-sync", "maintenance"] as const;
export type QueueName = (typeof queueNames)[number];
