import type { PreviewQueue } from "@hivesync/contracts/jobs/job-state";
import type { TierLimits } from "@hivesync/contracts/tiers";

/** What a route depends on besides the tier. */
export interface RouteConditions {
  /** GPU workers that gave a sign of life within ten seconds. */
  liveGpuWorkers: number;
  /** The scaling rule of the GPU queue: what happens when there is no GPU worker. */
  gpuFallback: "cpu" | "wait";
}

export interface Route<Queue extends string> {
  queue: Queue;
  /** BullMQ priority: 1 runs first. */
  priority: number;
}

/** Which queue a preview goes to, and how early it runs. A pure function of its arguments. */
export function routePreview(tier: TierLimits, conditions: RouteConditions): Route<PreviewQueue> {
  const canUseGpu = conditions.liveGpuWorkers > 0 || conditions.gpuFallback === "wait";
  return { queue: tier.queue === "gpu" && canUseGpu ? "preview-gpu" : "preview-cpu", priority: tier.priority };
}
