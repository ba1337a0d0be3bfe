import type { Logger } from "@hivesync/platform/logger";
import { tryWalls, type Walls } from "@hivesync/platform/child/walls";
import type { WorkerEnvironment } from "#env.ts";

/**
 * Finds out whether builds can have walls on this machine, as the settings want it. Without them a build still has no environment and
 * lets no file grow; but what breaks out of its compilers reaches what the worker reaches.
 *
 * @throws Error when there are to be walls and there are none, with the reason.
 */
export async function openWalls(
  env: Pick<WorkerEnvironment, "HIVESYNC_WORKER_WALLS" | "HIVESYNC_BWRAP">,
  log: Logger,
): Promise<Walls | undefined> {
  if (env.HIVESYNC_WORKER_WALLS === "off") return undefined;
  const { walls, reason } = await tryWalls(env.HIVESYNC_BWRAP);
  if (walls) return walls;
  if (env.HIVESYNC_WORKER_WALLS === "required") {
    throw new Error(`Builds cannot have walls on this machine, and HIVESYNC_WORKER_WALLS asks for them: ${reason}.`);
  }
  log.warn("builds_without_walls", { reason });
  return undefined;
}
