import type { KeptScalingRule, QueueState } from "@hivesync/contracts/operator";
import type { DeepHealth } from "@hivesync/contracts/resources/health";
import type { Heartbeat } from "@hivesync/platform/worker-heartbeat";
import type { Deps } from "#deps.ts";
import type { Gauges, Instruments } from "./instruments.ts";

// Prometheus gives up after ten seconds, and wants the rest also when a part does not answer.
const longestReadMs = 2_500;

/** What was read, or undefined when it failed or took too long. */
async function inTime<Value>(read: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), longestReadMs);
  });
  return Promise.race([read.catch(() => undefined), overdue]).finally(() => clearTimeout(timer));
}

function fillQueues(gauges: Gauges, states: readonly QueueState[], rules: readonly KeptScalingRule[]): void {
  for (const { queue, paused, workers, desired_workers, oldest_waiting_seconds, ...counts } of states) {
    for (const state of ["undispatched", "waiting", "active", "delayed"] as const)
      gauges.queueJobs.set({ queue, state }, counts[state]);
    gauges.queueAge.set({ queue }, oldest_waiting_seconds ?? 0);
    gauges.queuePaused.set({ queue }, paused ? 1 : 0);
    gauges.queueWorkers.set({ queue }, workers);
    gauges.desiredWorkers.set({ queue }, desired_workers);
  }
  for (const { queue, target_wait_seconds } of rules) gauges.queueTarget.set({ queue }, target_wait_seconds);
}

function fillHealth(gauges: Gauges, health: DeepHealth): void {
  for (const dependency of ["database", "redis", "storage"] as const)
    gauges.dependencies.set({ dependency }, health[dependency] === "up" ? 1 : 0);
}

function fillWorkers(gauges: Gauges, workers: readonly Heartbeat[]): void {
  for (const kind of ["cpu", "gpu"] as const)
    gauges.workers.set({ kind }, workers.filter((worker) => worker.kind === kind).length);
}

function fillOwn({ gauges, counts }: Instruments, { settings, openStreams, databasePool }: Deps): void {
  const pool = databasePool();
  gauges.build.set({ version: settings.version }, 1);
  gauges.poolSize.set(pool.size);
  gauges.connections.set({ state: "open" }, pool.open);
  if (pool.busy !== undefined) gauges.connections.set({ state: "busy" }, pool.busy);
  counts.connectionFailures.reset();
  counts.connectionFailures.inc(pool.failures);
  for (const [endpoint, count] of openStreams.countByEndpoint()) gauges.streams.set({ endpoint }, count);
}

/** Reads everything that is not counted as it happens. What nobody can tell now has no value then, rather than its last one. */
export async function fillGauges(instruments: Instruments, deps: Deps): Promise<void> {
  const { gauges } = instruments;
  const [health, queues, rules, workers] = await Promise.all([
    inTime(deps.health.read()),
    inTime(deps.queues.read()),
    inTime(deps.queues.rules()),
    inTime(deps.health.readWorkers()),
  ]);
  for (const gauge of Object.values(gauges)) gauge.reset();
  fillOwn(instruments, deps);
  if (health) fillHealth(gauges, health);
  if (queues) fillQueues(gauges, queues, rules ?? []);
  if (workers) fillWorkers(gauges, workers);
}
