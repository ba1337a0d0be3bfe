import type { JobDefinition } from "@hivesync/contracts/jobs/job-definition";
import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { everyone } from "@hivesync/platform/events/topics";
import { runWorker, type RunningJob, type RunningWorker } from "@hivesync/platform/queue/run-worker";
import type { z } from "zod";
import type { WorkerDeps } from "#deps.ts";

/** Starts taking the jobs of one queue. */
export type JobRow<Deps> = (deps: Deps) => RunningWorker;

/** A row of a worker's table of jobs: a queue, what its jobs are, and who does them, so many at once. */
export function jobRow<Payload extends z.ZodType, Deps extends WorkerDeps>(options: {
  queue: QueueName;
  job: JobDefinition<Payload>;
  handler: (deps: Deps, job: RunningJob<z.output<Payload>>) => Promise<void>;
  concurrency: number;
}): JobRow<Deps> {
  const { queue, job, handler, concurrency } = options;
  return (deps) =>
    runWorker({
      queue,
      job,
      handler: (running) => handler(deps, running),
      concurrency,
      connection: deps.queueRedis,
      redisPrefix: deps.redisPrefix,
      lockMs: deps.lockMs,
      log: deps.log,
    });
}

/** Starts taking jobs of every queue in the table, and heeding cancellations. */
export function startJobs<Deps extends WorkerDeps>(deps: Deps, rows: readonly JobRow<Deps>[]): RunningWorker[] {
  const workers = rows.map((start) => start(deps));
  deps.events.subscribe({ name: "cancel", key: everyone }, ({ job_id: jobId }) => {
    for (const worker of workers) worker.cancel(jobId);
  });
  return workers;
}
