import type { JobDefinition } from "@hivesync/contracts/jobs/job-definition";
import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { z } from "zod";

/** Puts jobs on queues. One object a process. */
export interface Enqueuer {
  /** The BullMQ queue itself, for its counts and its jobs. */
  queue: (name: QueueName) => Queue;
  add: <Payload extends z.ZodType>(
    job: JobDefinition<Payload>,
    payload: z.input<Payload>,
    options: { queue: QueueName; jobId: string; priority: number },
  ) => Promise<void>;
  close: () => Promise<void>;
}

/** BullMQ's own prefix: every key of every queue begins with it. */
export function queuePrefix(redisPrefix: string): string {
  return `${redisPrefix}bull`;
}

/** Opens the queues as they are first used, over one producer connection. */
export function createEnqueuer(options: {
  connection: Redis;
  redisPrefix: string;
  onError: (error: Error) => void;
}): Enqueuer {
  const queues = new Map<QueueName, Queue>();
  const queue = (name: QueueName): Queue => {
    const known = queues.get(name);
    if (known) return known;
    const made = new Queue(name, {
      connection: options.connection,
      prefix: queuePrefix(options.redisPrefix),
      skipWaitingForReady: true,
    });
    made.on("error", options.onError);
    queues.set(name, made);
    // A queue that finds no Redis when it is made would fail for ever, so the next use makes another one.
    made.waitUntilReady().catch(async () => {
      queues.delete(name);
      await made.close().catch(options.onError);
    });
    return made;
  };
  return {
    queue,
    add: async (job, payload, { queue: name, jobId, priority }) => {
      await queue(name).add(job.name, job.payload.parse(payload), {
        jobId,
        priority,
        attempts: job.retry.attempts,
        backoff: { type: "exponential", delay: job.retry.firstDelayMs, jitter: 0.5 },
        // The row is the record; a finished job in Redis is of no more use.
        removeOnComplete: { age: 3_600, count: 1_000 },
        removeOnFail: { age: 24 * 3_600, count: 1_000 },
      });
    },
    close: async () => {
      await Promise.all([...queues.values()].map((open) => open.close()));
    },
  };
}
