import { aiDocument } from "@hivesync/contracts/jobs/ai-document";
import type { JobDefinition } from "@hivesync/contracts/jobs/job-definition";
import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { everyone } from "@hivesync/platform/events/topics";
import { runWorker, type RunningJob, type RunningWorker } from "@hivesync/platform/queue/run-worker";
import type { z } from "zod";
import type { WorkerDeps } from "#deps.ts";
import { followScaling, type ScaledWorker } from "#follow-scaling.ts";

/** Opens a queue. Its jobs are taken once its scaling rule is known. */
export type JobRow<Deps> = (deps: Deps) => ScaledWorker;

/** The most jobs of a kind that this process runs at once, whatever a rule says: a GPU works on one at a time. */
function mostAtOnce(deps: WorkerDeps, job: string): number {
  return (job === aiDocument.name ? deps.writers.atMost : undefined) ?? Infinity;
}

/** A row of a worker's table of jobs: a queue, what its jobs are, and who does them, so many at once where no scaling rule says otherwise. */
export function jobRow<Payload extends z.ZodType, Deps extends WorkerDeps>(options: {
  queue: QueueName;
  job: JobDefinition<Payload>;
  handler: (deps: Deps, job: RunningJob<z.output<Payload>>) => Promise<void>;
  concurrency: number;
}): JobRow<Deps> {
  const { queue, job, handler, concurrency: unruled } = options;
  return (deps) => {
    const worker = runWorker({
      queue,
      job,
      handler: (running) => handler(deps, running),
      concurrency: unruled,
      connection: deps.queueRedis,
      redisPrefix: deps.redisPrefix,
      lockMs: deps.lockMs,
      log: deps.log,
      heldBack: true,
    });
    return {
      ...worker,
      follow: async (rule) => {
        const concurrency = Math.min(rule?.concurrency ?? unruled, mostAtOnce(deps, job.name));
        if (job.name === previewBuild.name) deps.builders.keepReady(concurrency);
        await worker.adjust({ concurrency, paused: rule?.paused ?? false });
      },
    };
  };
}

/** Starts taking jobs of every queue in the table, as the scaling rules say, and heeding cancellations. */
export function startJobs<Deps extends WorkerDeps>(deps: Deps, rows: readonly JobRow<Deps>[]): RunningWorker[] {
  const workers = rows.map((start) => start(deps));
  deps.events.subscribe({ name: "cancel", key: everyone }, ({ job_id: jobId }) => {
    for (const worker of workers) worker.cancel(jobId);
  });
  const scaling = followScaling(deps, workers);
  return workers.map((worker) => ({
    ...worker,
    close: (graceMs) => {
      scaling.stop();
      return worker.close(graceMs);
    },
  }));
}
