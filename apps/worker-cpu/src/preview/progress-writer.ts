import type { JobProgress } from "@hivesync/contracts/resources/previews";
import type { Database } from "@hivesync/db/client";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import type { Logger } from "@hivesync/platform/logger";
import { and, eq } from "drizzle-orm";

/** Brings a build's progress into its row. */
export interface ProgressWriter {
  report: (progress: JobProgress) => void;
  /** Writes no more. Resolves when nothing is being written. */
  stop: () => Promise<void>;
}

const shortestIntervalMs = 250;

/** Writes the newest progress at most four times a second, and only while this attempt holds the job. */
export function createProgressWriter(options: {
  db: Database;
  log: Logger;
  claim: { jobId: string; attempt: number };
}): ProgressWriter {
  const { db, log, claim } = options;
  const holdsJob = and(
    eq(previewSessions.id, claim.jobId),
    eq(previewSessions.attempt, claim.attempt),
    eq(previewSessions.status, "RUNNING"),
  );
  let newest: JobProgress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let writing = Promise.resolve();

  const write = async (): Promise<void> => {
    const progress = newest;
    newest = undefined;
    if (progress === undefined) return;
    try {
      await db.update(previewSessions).set({ progress }).where(holdsJob);
    } catch (error) {
      // Progress is for watching only: a build does not fail for it.
      log.debug("progress_not_written", { error });
    }
  };
  const writeNow = (): void => {
    timer = setTimeout(() => {
      timer = undefined;
      if (newest !== undefined) writeNow();
    }, shortestIntervalMs);
    writing = writing.then(write);
  };
  return {
    report: (progress) => {
      if (stopped) return;
      newest = progress;
      if (timer === undefined) writeNow();
    },
    stop: async () => {
      stopped = true;
      newest = undefined;
      clearTimeout(timer);
      await writing;
    },
  };
}
