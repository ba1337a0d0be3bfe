import type { JobDefinition } from "@hivesync/contracts/jobs/job-definition";
import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { UnrecoverableError, WaitingError, Worker, type Job } from "bullmq";
import type { Redis } from "ioredis";
import type { z } from "zod";
import type { Logger } from "../logger.ts";
import { queuePrefix } from "./enqueue.ts";

/** Thrown by a handler for a failure that another try would only repeat. */
export class PermanentJobError extends UnrecoverableError {
  override readonly name = "PermanentJobError";
}

/** One job as its handler gets it. */
export interface RunningJob<Payload> {
  /** Which it was taken from. */
  queue: QueueName;
  payload: Payload;
  /** Aborted on shutdown and when the job's lock was lost: the work is no longer wanted here. */
  signal: AbortSignal;
  /** Whether the queue gives the job up when this run fails. */
  isLastTry: boolean;
  /** What an earlier run of this job kept, if anything. */
  kept: unknown;
  /** Stores a value beside the payload, so that a re-run finds it. */
  keep: (value: unknown) => Promise<void>;
}

export interface RunWorkerOptions<Payload extends z.ZodType> {
  queue: QueueName;
  job: JobDefinition<Payload>;
  handler: (job: RunningJob<z.output<Payload>>) => Promise<void>;
  concurrency: number;
  /** How long a job stays with a worker that gives no sign of life, in milliseconds. */
  lockMs: number;
  connection: Redis;
  redisPrefix: string;
  log: Logger;
  /** Takes no job before it was told to by {@link RunningWorker.adjust}. */
  heldBack?: boolean;
}

/** How a worker works on its queue. */
export interface WorkerPace {
  /** Jobs at once at most. */
  concurrency: number;
  /** Takes no jobs. */
  paused: boolean;
}

/** Why a running job was aborted when nobody wants its result any more. */
class JobCancelled extends Error {
  override readonly name = "JobCancelled";
}

/** A worker on one queue. */
export interface RunningWorker {
  queue: QueueName;
  /** Aborts the running jobs whose payload names this id, for good: they are not run again. */
  cancel: (id: string) => void;
  /** Jobs that run at this moment. */
  activeCount: () => number;
  pace: () => WorkerPace;
  /** Works in this way from now on. Jobs that run go on, whatever it is. */
  adjust: (pace: WorkerPace) => Promise<void>;
  /** Takes no more jobs, lets the running ones finish for `graceMs` at most, then aborts them. */
  close: (graceMs: number) => Promise<void>;
}

const keptField = "kept";

async function handle<Payload extends z.ZodType>(
  options: RunWorkerOptions<Payload>,
  job: Job<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<void> {
  const { [keptField]: kept, ...raw } = job.data;
  const payload = options.job.payload.safeParse(raw);
  if (!payload.success) throw new PermanentJobError(`payload of ${options.job.name} is not valid`);
  await options.handler({
    queue: options.queue,
    payload: payload.data,
    signal,
    isLastTry: job.attemptsMade + 1 >= (job.opts.attempts ?? 1),
    kept,
    keep: (value) => job.updateData({ ...raw, [keptField]: value }),
  });
}

/**
 * Puts an aborted job back at once, and without using up one of its tries: it did nothing wrong. Where its lock was lost
 * it belongs to another worker already, or will as soon as the queue looks for stalled jobs.
 */
async function handBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token).catch(() => undefined);
  throw new WaitingError();
}

/** Changes the pace of a worker that may not have been started yet. */
function createPacing(
  worker: Worker,
  { heldBack = false, queue, log }: Pick<RunWorkerOptions<z.ZodType>, "heldBack" | "queue" | "log">,
) {
  let hasStarted = !heldBack;
  return {
    pace: (): WorkerPace => ({ concurrency: worker.concurrency, paused: !hasStarted || worker.isPaused() }),
    adjust: async ({ concurrency, paused }: WorkerPace): Promise<void> => {
      const isRaised = concurrency > worker.concurrency;
      worker.concurrency = concurrency;
      if (!hasStarted) {
        hasStarted = !paused;
        if (hasStarted) worker.run().catch((error: unknown) => log.warn("queue_error", { queue, error }));
        return;
      }
      // One that works looks for more when a job ends, or when it goes on after a pause.
      if (paused || isRaised) await worker.pause(true);
      if (!paused) await worker.resume();
    },
  };
}

/** Starts taking jobs of one queue. Its lock on each is renewed while the process lives. */
export function runWorker<Payload extends z.ZodType>(options: RunWorkerOptions<Payload>): RunningWorker {
  const { log, queue } = options;
  const running = new Map<Job, AbortController>();
  const worker = new Worker<Record<string, unknown>>(
    queue,
    async (job, token) => {
      // It was waiting for this one when it was paused, and was given it all the same.
      if (worker.isPaused()) await handBack(job, token);
      const controller = new AbortController();
      running.set(job, controller);
      try {
        await handle(options, job, controller.signal);
      } catch (error) {
        const { aborted, reason } = controller.signal;
        if (aborted && reason instanceof JobCancelled) return;
        if (aborted) await handBack(job, token);
        throw error;
      } finally {
        running.delete(job);
      }
    },
    {
      connection: options.connection,
      prefix: queuePrefix(options.redisPrefix),
      concurrency: options.concurrency,
      autorun: !options.heldBack,
      lockDuration: options.lockMs,
      stalledInterval: options.lockMs / 2,
      maxStalledCount: options.job.retry.attempts,
    },
  );
  worker.on("error", (error) => log.warn("queue_error", { queue, error }));
  worker.on("failed", (job, error) => log.warn("job_failed", { queue, job_id: job?.id, error }));
  worker.on("lockRenewalFailed", (jobIds: string[]) => {
    for (const [job, controller] of running) {
      if (jobIds.includes(job.id ?? "")) controller.abort(new Error("the job's lock was lost"));
    }
  });
  return {
    queue,
    cancel: (id) => {
      for (const [job, controller] of running) {
        if (job.data["job_id"] === id) controller.abort(new JobCancelled("the job was cancelled"));
      }
    },
    activeCount: () => running.size,
    ...createPacing(worker, options),
    close: async (graceMs) => {
      const overdue = setTimeout(() => {
        for (const controller of running.values()) controller.abort(new Error("the worker is shutting down"));
      }, graceMs);
      await worker.close().finally(() => clearTimeout(overdue));
    },
  };
}
