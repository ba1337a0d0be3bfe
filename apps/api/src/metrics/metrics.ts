import type { Tier } from "@hivesync/contracts/tiers";
import type { JobName } from "#outbox/job-kinds.ts";
import type { Instruments } from "./instruments.ts";

/** A job that has ended, as its row has it. */
export interface MeasuredJob {
  kind: JobName;
  status: "COMPLETED" | "FAILED" | "CANCELLED";
  /** The requester's tier now; null of one who is gone. */
  tier: Tier | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
}

/** A request that was answered. */
export interface MeasuredRequest {
  method: string;
  /** Patterns and names, never what a client made up. */
  routes: readonly string[];
  statusCode: number;
  seconds: number;
}

/** Counts what happens in this process. Nothing is kept, and nothing loaded, unless somebody may ask for it. */
export interface Metrics {
  request: (request: MeasuredRequest) => void;
  jobEnded: (job: MeasuredJob) => void;
  callbackRefused: (reason: string) => void;
  callLimited: (action: string) => void;
  /** Begins to count. Loading takes longer than the start of a process may: it comes after that. */
  load: () => Promise<Instruments>;
}

function secondsBetween(from: string, to: string): number {
  // A job that was begun anew may have been asked for by another clock.
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000;
}

function countJob({ counts }: Instruments, job: MeasuredJob): void {
  const labels = { kind: job.kind, tier: job.tier ?? "none", result: job.status.toLowerCase() };
  counts.jobsEnded.inc(labels);
  if (job.started_at === null) return;
  counts.jobWaits.observe(labels, secondsBetween(job.created_at, job.started_at));
  if (job.completed_at !== null) counts.jobRuns.observe(labels, secondsBetween(job.started_at, job.completed_at));
}

/** @param isWanted - False where nobody may ask for metrics: then nothing is counted. */
export function createMetrics(isWanted: boolean): Metrics {
  let loading: Promise<Instruments> | undefined;
  let instruments: Instruments | undefined;
  return {
    request: ({ method, routes, statusCode, seconds }) => {
      const status = `${Math.floor(statusCode / 100)}xx`;
      for (const route of routes) instruments?.counts.requests.observe({ method, route, status }, seconds);
    },
    jobEnded: (job) => {
      if (instruments) countJob(instruments, job);
    },
    callbackRefused: (reason) => instruments?.counts.refusedCallbacks.inc({ reason }),
    callLimited: (action) => instruments?.counts.limitedCalls.inc({ action }),
    load: () => {
      if (!isWanted) return Promise.reject(new Error("metrics are counted only where they may be asked for"));
      loading ??= import("./instruments.ts").then(({ createInstruments }) => {
        instruments = createInstruments();
        return instruments;
      });
      return loading;
    },
  };
}
