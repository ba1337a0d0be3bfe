import { openStatuses, statusesBefore, type QueueName } from "@hivesync/contracts/jobs/job-state";
import { defaultScaling } from "@hivesync/contracts/scaling";
import type { Database } from "@hivesync/db/client";
import { scalingRules } from "@hivesync/db/schema/scaling-rules";
import type { Logger } from "@hivesync/platform/logger";
import type { Enqueuer } from "@hivesync/platform/queue/enqueue";
import type { Heartbeat } from "@hivesync/platform/worker-heartbeat";
import { and, asc, eq, inArray } from "drizzle-orm";
import { jobKinds, routedJobs, type JobKind } from "./job-kinds.ts";

const batchSize = 200;

/** What the scaling rule of a GPU queue says of its jobs while no worker takes them. */
export async function readGpuFallback(db: Database, queue: QueueName): Promise<"cpu" | "wait"> {
  const [rule] = await db
    .select({ fallback: scalingRules.gpu_fallback })
    .from(scalingRules)
    .where(eq(scalingRules.queue, queue));
  return rule?.fallback ?? defaultScaling[queue].gpu_fallback;
}

export interface GpuFallbackOptions {
  db: Database;
  enqueuer: Enqueuer;
  log: Logger;
  /** The workers that are alive. It throws while nobody can say, and then nothing is moved. */
  readWorkers: () => Promise<Pick<Heartbeat, "queues">[]>;
  /** Called when jobs wait to be dispatched anew. */
  onMoved: () => void;
}

interface Move {
  kind: JobKind;
  from: QueueName;
  to: QueueName;
}

async function moveJob(
  { db, enqueuer }: GpuFallbackOptions,
  { kind: { table }, from, to }: Move,
  job: { id: string; dispatches: number },
): Promise<boolean> {
  const queue = enqueuer.queue(from);
  // The next dispatch too: a dispatcher that was killed between enqueue and mark left a queue job that the row does not count.
  for (const dispatch of [job.dispatches, job.dispatches + 1]) {
    // Locked: some worker holds it still, or has died so lately that it may. The next sweep looks again.
    if ((await queue.remove(`${job.id}-${dispatch}`)) === 0) return false;
  }
  const moved = await db
    .update(table)
    .set({ queue: to, status: "QUEUED", dispatched_at: null, progress: null })
    .where(
      and(
        eq(table.id, job.id),
        eq(table.queue, from),
        eq(table.dispatches, job.dispatches),
        inArray(table.status, statusesBefore("QUEUED")),
      ),
    );
  return moved.count > 0;
}

async function moveKind(options: GpuFallbackOptions, move: Move): Promise<number> {
  const { table } = move.kind;
  const jobs = await options.db
    .select({ id: table.id, dispatches: table.dispatches })
    .from(table)
    .where(and(eq(table.queue, move.from), inArray(table.status, openStatuses)))
    .orderBy(asc(table.priority), asc(table.created_at))
    .limit(batchSize);
  if (jobs.length === 0 || (await readGpuFallback(options.db, move.from)) === "wait") return 0;
  let moved = 0;
  for (const job of jobs) if (await moveJob(options, move, job)) moved += 1;
  return moved;
}

/**
 * Moves the jobs of GPU queues that no living worker takes from to the CPU queues, unless the scaling rule says that they wait: those that were
 * not dispatched yet, those that wait in the queue, and those whose worker has died once its lock is over. Answers how many.
 */
export async function leaveGpuQueues(options: GpuFallbackOptions): Promise<number> {
  const taken = new Set((await options.readWorkers()).flatMap(({ queues }) => queues));
  let total = 0;
  for (const name of routedJobs) {
    const move = { kind: jobKinds[name], from: `${name}-gpu`, to: `${name}-cpu` } as const;
    if (taken.has(move.from)) continue;
    const moved = await moveKind(options, move);
    if (moved > 0) options.log.warn("jobs_left_gpu", { queue: move.from, count: moved });
    total += moved;
  }
  if (total > 0) options.onMoved();
  return total;
}
