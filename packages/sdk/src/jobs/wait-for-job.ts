import { errorTable, type ErrorCode } from "@hivesync/contracts/errors";
import { endedStatuses, type JobStatus } from "@hivesync/contracts/jobs/job-state";
import { HiveSyncError } from "#errors.ts";
import { pause } from "#transport/retry.ts";

/** What previews, AI jobs and syncs of repositories have in common. */
export interface Job {
  status: JobStatus;
  error: { code: string; message: string; details?: unknown } | null;
}

const firstDelayMs = 150;
const maxDelayMs = 1_000;

/** Reads a job again and again until it has ended, ever more slowly. */
export async function waitForJob<Read extends Job>(
  accepted: { status: JobStatus },
  { read, signal, onJob }: { read: () => Promise<Read>; signal: AbortSignal | undefined; onJob: (job: Read) => void },
): Promise<Read> {
  if (!isEnded(accepted.status)) await pause(firstDelayMs, signal);
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(maxDelayMs, delayMs * 1.5)) {
    const job = await read();
    onJob(job);
    if (isEnded(job.status)) return job;
    await pause(delayMs, signal);
  }
}

export function isEnded(status: JobStatus): boolean {
  return endedStatuses.includes(status);
}

/**
 * The error of a job that did not complete.
 *
 * @param otherwise - What it is when the job names none: it was cancelled.
 */
export function jobFailure({ error }: Job, otherwise: { code: ErrorCode; message: string }): HiveSyncError {
  const { code, message, details = null } = error ?? { ...otherwise, details: null };
  // A newer server may know codes that this client does not: they are passed on as they are.
  const known = errorTable[code as ErrorCode] ?? errorTable[otherwise.code];
  return new HiveSyncError({ code: code as ErrorCode, message, details }, { status: known.status });
}
