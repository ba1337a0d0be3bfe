import { z } from "zod";
import { jobStatuses, queueNames } from "./jobs/job-state.ts";
import { deepHealth } from "./resources/health.ts";
import { jobError } from "./resources/previews.ts";
import { tiers } from "./tiers.ts";
import { id, timestamp } from "./values.ts";

// What the site's operator sees.

export const workerGpu = z
  .strictObject({
    mode: z.enum(["cuda", "software"]),
    name: z.string().nullable(),
    memory_total_mb: z.number().min(0).nullable(),
    memory_used_mb: z.number().min(0).nullable(),
    utilization: z.number().min(0).max(1).nullable(),
  })
  .meta({
    id: "WorkerGpu",
    description: "What a GPU worker works on. `software` is one without a GPU, of which the rest is null.",
  });
export type WorkerGpu = z.output<typeof workerGpu>;

export const liveWorker = z
  .strictObject({
    id: z.string(),
    kind: z.enum(["cpu", "gpu"]),
    host: z.string(),
    queues: z.array(z.string()),
    concurrency: z.int(),
    active: z.int(),
    version: z.string(),
    gpu: workerGpu.nullable(),
    walls: z.enum(["namespace", "none"]).nullable(),
    last_seen: timestamp,
  })
  .meta({
    id: "Worker",
    description:
      "A worker that gave a sign of life within ten seconds. `active` are the jobs of all of its queues that it runs now, `concurrency` the most that it would run at once. `walls` are what keeps its builds from the network and from files that are not theirs: namespaces of the system, none, or null of a worker that does not say.",
  });
export type LiveWorker = z.output<typeof liveWorker>;

export const adminUser = z
  .strictObject({
    id,
    email: z.string(),
    username: z.string(),
    tier: z.enum(tiers),
    created_at: timestamp,
    last_login: timestamp.nullable(),
    disabled_at: timestamp.nullable(),
  })
  .meta({ id: "AdminUser", description: "A user as the site's admins see one." });
export type AdminUser = z.output<typeof adminUser>;

const count = z.int().min(0);
const seconds = z.number().min(0);

export const scalingRule = z
  .strictObject({
    queue: z.enum(queueNames),
    min_workers: z.int().min(0).max(1_000),
    max_workers: z.int().min(0).max(1_000),
    concurrency: z.int().min(1).max(64),
    target_wait_seconds: z.int().min(1).max(86_400),
    gpu_fallback: z.enum(["cpu", "wait"]),
    paused: z.boolean(),
  })
  .meta({
    id: "ScalingRule",
    description:
      "How one queue is worked on. `concurrency` is of each worker; `min_workers`, `max_workers` and `target_wait_seconds` say how many workers there should be; `gpu_fallback` what jobs of a GPU queue do while no worker takes them. A paused queue takes jobs and starts none.",
  });
export type ScalingRule = z.output<typeof scalingRule>;

export const keptScalingRule = scalingRule
  .extend({ updated_at: timestamp.nullable() })
  .meta({ id: "KeptScalingRule", description: "A rule in force; `updated_at` is null where nobody has set one." });
export type KeptScalingRule = z.output<typeof keptScalingRule>;

export const queueState = z
  .strictObject({
    queue: z.enum(queueNames),
    undispatched: count,
    waiting: count,
    active: count,
    delayed: count,
    failed: count,
    oldest_waiting_seconds: seconds.nullable(),
    completed_per_minute: z.number().min(0),
    workers: count,
    desired_workers: count,
    paused: z.boolean(),
  })
  .meta({
    id: "QueueState",
    description:
      "A queue at this moment. `undispatched` are accepted jobs that wait for their user's turn, `waiting` those that any worker may take. `failed` counts the last day, `completed_per_minute` is the mean of the last five minutes. `workers` take from it, `desired_workers` are what its scaling rule asks for.",
  });
export type QueueState = z.output<typeof queueState>;

/** The lengths of a step of a time series. */
export const statsBuckets = ["minute", "hour", "day"] as const;
export type StatsBucket = (typeof statsBuckets)[number];

/** The most steps that a time series has. */
export const maxStatsBuckets = 1_500;

const percentiles = z
  .strictObject({ p50: seconds.nullable(), p95: seconds.nullable() })
  .meta({ id: "Percentiles", description: "In seconds; null where there was nothing to measure." });

export const jobStats = z
  .strictObject({
    from: timestamp,
    to: timestamp,
    bucket: z.enum(statsBuckets),
    total: count,
    by_status: z.strictObject(
      Object.fromEntries(jobStatuses.map((status) => [status, count])) as Record<
        (typeof jobStatuses)[number],
        typeof count
      >,
    ),
    by_tier: z.array(z.strictObject({ tier: z.enum(tiers).nullable(), total: count, failed: count })),
    wait_seconds: percentiles,
    run_seconds: percentiles,
    failures: z.array(z.strictObject({ code: z.string(), message: z.string(), count })),
    series: z.array(
      z.strictObject({
        at: timestamp,
        completed: count,
        failed: count,
        cancelled: count,
        open: count,
        wait_p95: seconds.nullable(),
        run_p95: seconds.nullable(),
      }),
    ),
  })
  .meta({
    id: "JobStats",
    description:
      "Jobs that were asked for from `from` to before `to`. A wait is from there to the start, a run from the start to the end. `by_tier` is the tier that the requester has now, null for one who is gone. `failures` are the twenty most frequent. `series` has every step, empty ones too; the first begins at the step that `from` lies in.",
  });
export type JobStats = z.output<typeof jobStats>;

export const auditEntry = z
  .strictObject({
    id,
    event_type: z.string(),
    user_id: id.nullable(),
    actor_id: id.nullable(),
    project_id: id.nullable(),
    metadata: z.record(z.string(), z.unknown()),
    created_at: timestamp,
  })
  .meta({ id: "AuditEntry", description: "`user_id` is whom it concerns, `actor_id` who did it." });
export type AuditEntry = z.output<typeof auditEntry>;

/** The kinds of job that users ask for. */
export const jobKindNames = ["preview", "ai", "repo"] as const;
export type JobKindName = (typeof jobKindNames)[number];

export const adminJob = z
  .strictObject({
    job_id: id,
    kind: z.enum(jobKindNames),
    project_id: id,
    requested_by: id.nullable(),
    status: z.enum(jobStatuses),
    queue: z.enum(queueNames),
    priority: z.int(),
    attempt: count,
    error: jobError.nullable(),
    logs_url: z.string().nullable(),
    retried_from: id.nullable(),
    created_at: timestamp,
    dispatched_at: timestamp.nullable(),
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
  })
  .meta({ id: "AdminJob", description: "A job of any kind. `logs_url` lives five minutes." });
export type AdminJob = z.output<typeof adminJob>;

export const changedJob = z.strictObject({ job_id: id, kind: z.enum(jobKindNames), status: z.enum(jobStatuses) });
export type ChangedJob = z.output<typeof changedJob>;

export const adminEvent = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("queues"), queues: z.array(queueState) }),
    z.strictObject({ type: z.literal("workers"), workers: z.array(liveWorker) }),
    z.strictObject({ type: z.literal("health"), health: deepHealth }),
  ])
  .meta({
    id: "AdminEvent",
    description:
      "Each is the whole of what it speaks of. One of each comes first, then what has changed, at most once a second.",
  });
export type AdminEvent = z.output<typeof adminEvent>;
