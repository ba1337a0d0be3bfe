import type { JobProgress } from "@hivesync/contracts/resources/previews";
import type { Database } from "@hivesync/db/client";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import type { EventBus } from "@hivesync/platform/events/event-bus";
import type { BusEvent } from "@hivesync/platform/events/topics";
import type { Logger } from "@hivesync/platform/logger";
import { and, eq } from "drizzle-orm";
import type { PreviewClaim } from "./claim-preview.ts";

/** Brings a build's progress into its row, and tells whoever is watching. */
export interface ProgressWriter {
  report: (progress: JobProgress) => void;
  /** Writes no more. Resolves when nothing is being written. */
  stop: () => Promise<void>;
}

function eventsOf(claim: Pick<PreviewClaim, "jobId" | "projectId" | "requestedBy">, progress: JobProgress): BusEvent[] {
  const state = { job_id: claim.jobId, project_id: claim.projectId, status: "RUNNING" as const, progress };
  const toWatchers: BusEvent = { topic: "preview", key: claim.jobId, message: { type: "progress", ...state } };
  if (claim.requestedBy === null) return [toWatchers];
  const message = { type: "progress" as const, kind: "preview" as const, ...state };
  return [toWatchers, { topic: "user", key: claim.requestedBy, message }];
}

const shortestIntervalMs = 250;

/** Writes the newest progress at most four times a second, and only while this attempt holds the job. */
export function createProgressWriter(options: {
  db: Database;
  events: Pick<EventBus, "publish">;
  log: Logger;
  claim: Pick<PreviewClaim, "jobId" | "attempt" | "projectId" | "requestedBy">;
}): ProgressWriter {
  const { db, events, log, claim } = options;
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
      const written = await db.update(previewSessions).set({ progress }).where(holdsJob);
      if (written.count > 0) events.publish(eventsOf(claim, progress));
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
