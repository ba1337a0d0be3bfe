import type { JobDefinition } from "@hivesync/contracts/jobs/job-definition";
import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { maintenance } from "@hivesync/contracts/jobs/maintenance";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { everyone } from "@hivesync/platform/events/topics";
import { runWorker, type RunningJob, type RunningWorker } from "@hivesync/platform/queue/run-worker";
import type { z } from "zod";
import type { Deps } from "#deps.ts";
import { buildPreview } from "#handlers/build-preview.ts";
import { maintain } from "#handlers/maintain.ts";

type Start = (deps: Deps, previewConcurrency: number) => RunningWorker;

function row<Payload extends z.ZodType>(options: {
  queue: QueueName;
  job: JobDefinition<Payload>;
  handler: (deps: Deps, job: RunningJob<z.output<Payload>>) => Promise<void>;
  concurrency: "previews" | 1;
}): Start {
  const { queue, job, handler } = options;
  return (deps, previewConcurrency) =>
    runWorker({
      queue,
      job,
      handler: (running) => handler(deps, running),
      concurrency: options.concurrency === "previews" ? previewConcurrency : options.concurrency,
      connection: deps.queueRedis,
      redisPrefix: deps.redisPrefix,
      lockMs: deps.lockMs,
      log: deps.log,
    });
}

/** What this worker does: one row for each queue that it takes jobs from. */
const jobs: readonly Start[] = [
  row({ queue: "preview-cpu", job: previewBuild, handler: buildPreview, concurrency: "previews" }),
  row({ queue: "maintenance", job: maintenance, handler: maintain, concurrency: 1 }),
];

/** Starts taking jobs of every queue in the table, and heeding cancellations. */
export function startJobs(deps: Deps, previewConcurrency: number): RunningWorker[] {
  const workers = jobs.map((start) => start(deps, previewConcurrency));
  deps.events.subscribe({ name: "cancel", key: everyone }, ({ job_id: jobId }) => {
    for (const worker of workers) worker.cancel(jobId);
  });
  return workers;
}
