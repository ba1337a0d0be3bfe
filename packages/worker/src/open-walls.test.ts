import { createLogger } from "@hivesync/platform/logger";
import { createTestStack } from "@hivesync/testing/test-stack";
import { expect, test } from "vitest";
import { openWalls } from "./open-walls.ts";

function collect() {
  const told: unknown[] = [];
  const log = createLogger({ level: "error", service: "test" });
  return { told, log: { ...log, warn: (...row: unknown[]) => void told.push(row) } };
}

const missing = "/nowhere/bwrap";

test("where walls cannot be put up, a worker says so with the reason, and builds without", async () => {
  const { told, log } = collect();
  expect(await openWalls({ HIVESYNC_WORKER_WALLS: "auto", HIVESYNC_BWRAP: missing }, log)).toBeUndefined();
  expect(told).toEqual([["builds_without_walls", { reason: "bubblewrap (bwrap) is not installed" }]]);
});

test("where walls are required and cannot be put up, a worker does not start, and names the setting and the reason", async () => {
  const opened = openWalls({ HIVESYNC_WORKER_WALLS: "required", HIVESYNC_BWRAP: missing }, collect().log);
  await expect(opened).rejects.toThrow(
    "Builds cannot have walls on this machine, and HIVESYNC_WORKER_WALLS asks for them: bubblewrap (bwrap) is not installed.",
  );
});

test("where walls can be put up they are, without a word; switched off they are not", async (context) => {
  await using stack = await createTestStack();
  const { bubblewrap } = stack;
  if (bubblewrap === undefined) return context.skip("no bubblewrap is to be had on this machine");
  const { told, log } = collect();
  const walls = await openWalls({ HIVESYNC_WORKER_WALLS: "auto", HIVESYNC_BWRAP: bubblewrap }, log);
  // A machine that has the program and forbids namespaces says so.
  expect(walls === undefined).toBe(told.length === 1);
  expect(await openWalls({ HIVESYNC_WORKER_WALLS: "off", HIVESYNC_BWRAP: bubblewrap }, log)).toBeUndefined();
});
