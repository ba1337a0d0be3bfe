import type { AiProgress } from "@hivesync/contracts/resources/ai";
import type { JobProgress } from "@hivesync/contracts/resources/previews";
import type { RepoProgress } from "@hivesync/contracts/resources/repos";
import type { Database } from "@hivesync/db/client";
import type { EventBus } from "@hivesync/platform/events/event-bus";
import type { BusEvent, Message } from "@hivesync/platform/events/topics";
import type { Logger } from "@hivesync/platform/logger";
import { and, eq } from "drizzle-orm";
import type { JobClaim } from "./claim-job.ts";
import { tableOf, type JobKind } from "./job-tables.ts";

interface ProgressOf {
  preview: JobProgress;
  ai: AiProgress;
  repo: RepoProgress;
}

/** Brings a job's progress into its row, and tells whoever is watching. */
export interface ProgressWriter<Kind extends JobKind> {
  report: (progress: ProgressOf[Kind]) => void;
  /** Writes no more. Resolves when nothing is being written. */
  stop: () => Promise<void>;
}

type ClaimedJob<Kind extends JobKind> = Pick<
  JobClaim<Kind>,
  "kind" | "jobId" | "attempt" | "projectId" | "requestedBy"
>;

function stateOf<Progress>(claim: ClaimedJob<JobKind>, progress: Progress) {
  const { jobId: job_id, projectId: project_id } = claim;
  return { type: "progress" as const, job_id, project_id, status: "RUNNING" as const, progress };
}

function toRequester({ requestedBy: key }: ClaimedJob<JobKind>, message: Message<"user">): BusEvent[] {
  return key === null ? [] : [{ topic: "user", key, message }];
}

/** Who is told, and in which words. */
const eventsOf: {
  [Kind in JobKind]: (claim: ClaimedJob<Kind>, progress: ProgressOf[Kind]) => BusEvent[];
} = {
  preview: (claim, progress) => {
    const state = stateOf(claim, progress);
    const toWatchers: BusEvent = { topic: "preview", key: claim.jobId, message: state };
    return [toWatchers, ...toRequester(claim, { kind: "preview", ...state })];
  },
  ai: (claim, progress) => toRequester(claim, { kind: "ai", ...stateOf(claim, progress) }),
  repo: (claim, progress) => toRequester(claim, { kind: "repo", ...stateOf(claim, progress) }),
};

const shortestIntervalMs = 250;

/** Writes the newest progress at most four times a second, and only while this attempt holds the job. */
export function createProgressWriter<Kind extends JobKind>(options: {
  db: Database;
  events: Pick<EventBus, "publish">;
  log: Logger;
  claim: ClaimedJob<Kind>;
}): ProgressWriter<Kind> {
  const { db, events, log, claim } = options;
  const table = tableOf(claim.kind);
  const holdsJob = and(eq(table.id, claim.jobId), eq(table.attempt, claim.attempt), eq(table.status, "RUNNING"));
  let newest: ProgressOf[Kind] | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let writing = Promise.resolve();

  const write = async (): Promise<void> => {
    const progress = newest;
    newest = undefined;
    if (progress === undefined) return;
    try {
      const written = await db.update(table).set({ progress }).where(holdsJob);
      if (written.count > 0) events.publish(eventsOf[claim.kind](claim, progress));
    } catch (error) {
      // Progress is for watching only: a job does not fail for it.
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
