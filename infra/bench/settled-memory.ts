import type { RunningTarget } from "./bench-stack.ts";
import { collectGarbage } from "./inspector.ts";
import { readUsage } from "./process-usage.ts";
import { setTimeout as delay } from "node:timers/promises";

const collections = 3;
const betweenMs = 1_000;

/** What a process holds when its garbage is gone and its allocators have given back what they will. */
export async function settledBytes(target: RunningTarget): Promise<number> {
  for (let round = 0; round < collections; round += 1) {
    await collectGarbage(target.process);
    await delay(betweenMs);
  }
  return (await readUsage(target.pid)).residentBytes;
}
