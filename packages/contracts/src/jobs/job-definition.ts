import type { z } from "zod";
import type { QueueName } from "./job-state.ts";

/** How often a job is run again after a failure that may pass, and how long it waits before: exponential with jitter. */
export interface RetryPolicy {
  attempts: number;
  firstDelayMs: number;
}

/** What API and workers agree on about a kind of job. The handler is the worker's own. */
export interface JobDefinition<Payload extends z.ZodType> {
  name: string;
  queues: readonly QueueName[];
  payload: Payload;
  retry: RetryPolicy;
}

/** Types a definition by what is written. */
export function defineJob<Payload extends z.ZodType>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  return definition;
}

/** How long a worker holds a job without a sign of life before another may take it. */
export const jobLockMs = 60_000;
