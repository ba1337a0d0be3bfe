import { tierLimits, type Tier } from "@hivesync/contracts/tiers";
import { describe, expect, test } from "vitest";
import { routeJob, type RouteConditions } from "./route-job.ts";

const none: RouteConditions = { liveGpuWorkers: 0, gpuFallback: "cpu" };
const waiting: RouteConditions = { liveGpuWorkers: 0, gpuFallback: "wait" };
const alive: RouteConditions = { liveGpuWorkers: 1, gpuFallback: "cpu" };

describe.each(["preview", "ai"] as const)("a job of kind %s", (kind) => {
  test.each<[Tier, RouteConditions, string]>([
    ["Free", none, "cpu 8"],
    ["Free", alive, "cpu 8"],
    ["Free", waiting, "cpu 8"],
    ["Pro", none, "cpu 4"],
    ["Pro", alive, "cpu 4"],
    ["Pro", waiting, "cpu 4"],
    ["Premium", none, "cpu 2"],
    ["Premium", alive, "gpu 2"],
    ["Premium", waiting, "gpu 2"],
    ["Admin", none, "cpu 1"],
    ["Admin", alive, "gpu 1"],
    ["Admin", waiting, "gpu 1"],
  ])("of tier %s with %o goes to %s", (tier, conditions, expected) => {
    const { queue, priority } = routeJob(kind, tierLimits[tier], conditions);
    expect(`${queue} ${priority}`).toBe(`${kind}-${expected}`);
  });
});
