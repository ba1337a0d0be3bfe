import { queueNames, type QueueName } from "@hivesync/contracts/jobs/job-state";
import type { KeptScalingRule, QueueState } from "@hivesync/contracts/operator";
import { desiredWorkers } from "@hivesync/contracts/scaling";
import type { Database } from "@hivesync/db/client";
import { AppError } from "@hivesync/platform/app-error";
import type { Enqueuer } from "@hivesync/platform/queue/enqueue";
import type { Heartbeat } from "@hivesync/platform/worker-heartbeat";
import { cachedFor } from "#cached-for.ts";
import type { CircuitBreaker } from "#circuit-breaker.ts";
import { readQueueRows, throughputMinutes, type QueueRows } from "./read-queue-rows.ts";
import { readScalingRules } from "./scaling-rules.ts";

const cacheMs = 1_000;

/** What is to be read to tell how the queues stand. */
export interface QueueSources {
  db: Database;
  enqueuer: Enqueuer;
  /** Of Redis, which may be away. */
  breaker: CircuitBreaker;
  readWorkers: () => Promise<Heartbeat[]>;
}

/** How every queue stands, at most a second old, however many ask. */
export interface QueueReader {
  /** @throws AppError SERVICE_UNAVAILABLE while Redis or the database is away */
  read: () => Promise<QueueState[]>;
  /** The rules that were in force then. */
  rules: () => Promise<KeptScalingRule[]>;
}

/** What the queue itself tells. */
interface QueueCounts {
  waiting: number;
  active: number;
  delayed: number;
  oldestAt: number | undefined;
}

async function readCounts({ enqueuer }: QueueSources, name: QueueName): Promise<QueueCounts> {
  const queue = enqueuer.queue(name);
  const [counts, oldest] = await Promise.all([
    queue.getJobCounts("wait", "prioritized", "active", "delayed"),
    // The next of each kind. Those that wait by priority are not in the order of their age, and their rows tell that.
    queue.getJobs(["wait", "prioritized"], 0, 0, true),
  ]);
  const times = oldest.map(({ timestamp }) => timestamp);
  return {
    waiting: (counts["wait"] ?? 0) + (counts["prioritized"] ?? 0),
    active: counts["active"] ?? 0,
    delayed: counts["delayed"] ?? 0,
    oldestAt: times.length === 0 ? undefined : Math.min(...times),
  };
}

/** The parts that Redis holds. Whatever is wrong with it, nobody is told that nothing waits. */
async function readRedis(sources: QueueSources): Promise<{ counts: QueueCounts[]; workers: Heartbeat[] }> {
  try {
    const [counts, workers] = await Promise.all([
      sources.breaker.run(() => Promise.all(queueNames.map((name) => readCounts(sources, name)))),
      sources.readWorkers(),
    ]);
    return { counts, workers };
  } catch (cause) {
    throw new AppError("SERVICE_UNAVAILABLE", { cause, retryAfterSeconds: 2 });
  }
}

function oldestSeconds(counts: QueueCounts, rows: QueueRows | undefined): number | null {
  const inQueue = counts.oldestAt === undefined ? undefined : (Date.now() - counts.oldestAt) / 1_000;
  const ages = [inQueue, rows?.oldest_seconds ?? undefined].filter((age) => age !== undefined);
  return ages.length === 0 ? null : Math.round(Math.max(0, ...ages) * 10) / 10;
}

function toState(
  rule: KeptScalingRule,
  { counts, rows, workers }: { counts: QueueCounts; rows: QueueRows | undefined; workers: readonly Heartbeat[] },
): QueueState {
  const { waiting, active, delayed } = counts;
  const { queue, paused } = rule;
  return {
    queue,
    undispatched: rows?.undispatched ?? 0,
    waiting,
    active,
    delayed,
    failed: rows?.failed ?? 0,
    oldest_waiting_seconds: oldestSeconds(counts, rows),
    completed_per_minute: (rows?.completed ?? 0) / throughputMinutes,
    workers: workers.filter(({ queues }) => queues.includes(queue)).length,
    desired_workers: desiredWorkers(rule, { waiting, active, runSeconds: rows?.run_seconds ?? undefined }),
    paused,
  };
}

/** Makes the one reader of a process. */
export function createQueueReader(sources: QueueSources): QueueReader {
  const read = cachedFor(cacheMs, async () => {
    const [{ counts, workers }, rows, rules] = await Promise.all([
      readRedis(sources),
      readQueueRows(sources.db),
      readScalingRules(sources.db),
    ]);
    const states = rules.flatMap((rule, index) => {
      const found = counts[index];
      return found ? [toState(rule, { counts: found, rows: rows.get(rule.queue), workers })] : [];
    });
    return { states, rules };
  });
  return { read: async () => (await read()).states, rules: async () => (await read()).rules };
}
