import { tierLimits, type Tier } from "@hivesync/contracts/tiers";
import { expect, test } from "vitest";
import { routePreview, type RouteConditions } from "./route-job.ts";

const none: RouteConditions = { liveGpuWorkers: 0, gpuFallback: "cpu" };
const waiting: RouteConditions = { liveGpuWorkers: 0, gpuFallback: "wait" };
const alive: RouteConditions = { liveGpuWorkers: 1, gpuFallback: "cpu" };

test.each<[Tier, RouteConditions, string]>([
  ["Free", none, "preview-cpu 8"],
  ["Free", alive, "preview-cpu 8"],
  ["Free", waiting, "preview-cpu 8"],
  ["Pro", none, "preview-cpu 4"],
  ["Pro", alive, "preview-cpu 4"],
  ["Premium", none, "preview-cpu 2"],
  ["Premium", alive, "preview-gpu 2"],
  ["Premium", waiting, "preview-gpu 2"],
  ["Admin", none, "preview-cpu 1"],
  ["Admin", alive, "preview-gpu 1"],
  ["Admin", waiting, "preview-gpu 1"],
])("%s with %o goes to %s", (tier, conditions, expected) => {
  const { queue, priority } = routePreview(tierLimits[tier], conditions);
  expect(`${queue} ${priority}`).toBe(expected);
});
