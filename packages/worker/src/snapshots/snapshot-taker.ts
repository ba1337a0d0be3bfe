import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startLimitedChild, type ChildRun } from "@hivesync/platform/child/limited-child";
import type { Logger } from "@hivesync/platform/logger";
import { confinedCommand, confinedUser, type Confinement } from "./confinement.ts";
import type { Snapshot, SnapshotJob, SnapshotMessage } from "./snapshot-messages.ts";

export type { Snapshot } from "./snapshot-messages.ts";

/** The pictures of one preview, and what is to be said where some are missing. */
export interface Snapshots {
  snapshots: readonly Snapshot[];
  warnings: readonly string[];
}

/** Takes pictures of finished previews. */
export interface SnapshotTaker {
  /**
   * Takes one picture for each size of device. A page that fails leaves warnings and no pictures.
   *
   * @throws only the signal's reason, within a second of the abort.
   */
  take: (html: Uint8Array, signal: AbortSignal) => Promise<Snapshots>;
}

export interface SnapshotSettings {
  confinement: Confinement;
  /** The unpacked browser. */
  browserDirectory: string;
  log: Logger;
  /** Default: 30 s, and 1,500 MiB. */
  limits?: { timeoutMs: number; maxResidentMb: number };
}

const command = fileURLToPath(new URL("./snapshot-command.ts", import.meta.url));
const cpuSeconds = 60;
const defaultLimits = { timeoutMs: 30_000, maxResidentMb: 1_500 };

function warningOf(ended: Exclude<ChildRun<Snapshots>, { answer: Snapshots }>, limits: typeof defaultLimits): string {
  if (ended.hit === "time") return `No pictures were taken: the page took longer than ${limits.timeoutMs / 1_000} s.`;
  if (ended.hit === "memory")
    return `No pictures were taken: the page needed more memory than it may use (${limits.maxResidentMb} MB).`;
  return "No pictures were taken: the browser ended before it had any.";
}

/** Opens the taker. A browser is started for each preview and ends with it, so that no page meets another's leavings. */
export function openSnapshotTaker(settings: SnapshotSettings): SnapshotTaker {
  const { confinement, browserDirectory, log, limits = defaultLimits } = settings;
  const takeIn = async (folder: string, html: Uint8Array, signal: AbortSignal): Promise<Snapshots> => {
    const child = startLimitedChild({
      command: confinedCommand(confinement, [process.execPath, command]),
      directory: folder,
      env: { TMPDIR: folder },
      cpuSeconds,
    });
    try {
      const job: SnapshotJob = { html, browserDirectory, sandbox: confinement.browserSandbox, folder };
      let message = "";
      const read = (told: SnapshotMessage): Snapshots | undefined => {
        if (told.type === "taken") return { snapshots: told.snapshots, warnings: told.warnings };
        message = told.message;
        return undefined;
      };
      const ended = await child.run({ job, read, ...limits, signal });
      if (ended.answer) return ended.answer;
      const { hit, stderr } = ended;
      log.warn("snapshots_failed", { hit, signal: ended.signal, message: `${message}${stderr}`.slice(-2_000) });
      return { snapshots: [], warnings: [warningOf(ended, limits)] };
    } finally {
      await child.end();
    }
  };
  return {
    take: async (html, signal) => {
      // Not in the worker's own folder, which another user may not enter.
      const folder = await mkdtemp(path.join(tmpdir(), "hivesync-snapshot-"));
      try {
        if (confinement.isOtherUser) await chown(folder, confinedUser, confinedUser);
        return await takeIn(folder, html, signal);
      } catch (error) {
        signal.throwIfAborted();
        log.warn("snapshots_failed", { error });
        return { snapshots: [], warnings: ["No pictures were taken for a reason on our side."] };
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      }
    },
  };
}
