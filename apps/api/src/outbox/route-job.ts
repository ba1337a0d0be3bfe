import type { TierLimits } from "@hivesync/contracts/tiers";

/** What a route depends on besides the tier. */
export interface RouteConditions {
  /** GPU workers that gave a sign of life within ten seconds. */
  liveGpuWorkers: number;
  /** The scaling rule of the GPU queue: what happens when there is no GPU worker. */
  gpuFallback: "cpu" | "wait";
}

/** The queues of a kind of job that is done with or without a GPU. */
export type RoutedQueue<Name extends string> = `${Name}-cpu` | `${Name}-gpu`;

export interface Route<Name extends string> {
  queue: RoutedQueue<Name>;
  /** BullMQ priority: 1 runs first. */
  priority: number;
}

/** Which queue a job of this kind goes to, and how early it runs. A pure function of its arguments. */
export function routeJob<Name extends string>(
  kind: Name,
  tier: Pick<TierLimits, "queue" | "priority">,
  conditions: RouteConditions,
): Route<Name> {
  const canUseGpu = conditions.liveGpuWorkers > 0 || conditions.gpuFallback === "wait";
  const where = tier.queue === "gpu" && canUseGpu ? "gpu" : "cpu";
  return { queue: `${kind}-${where}`, priority: tier.priority };
}
