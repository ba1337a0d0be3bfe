import { unpackChromium } from "@hivesync/chromium/unpack-chromium";
import type { Logger } from "@hivesync/platform/logger";
import type { Confinement } from "./confinement.ts";
import { openSnapshotTaker, type SnapshotTaker } from "./snapshot-taker.ts";

/** How pages are confined on this machine, and who takes pictures of them, if anybody does. */
export interface SnapshotService {
  sandbox: "none" | "namespace";
  taker: SnapshotTaker | undefined;
}

const probePage = Buffer.from("<!doctype html><title>probe</title>");

/** What is tried, the strictest first. Only namespaces with Chromium's own sandbox inside count as a sandbox. */
function candidates(allowUnsafe: boolean): Confinement[] {
  const isOtherUser = process.getuid?.() === 0;
  const walls: Confinement[] = [{ namespaces: true, isOtherUser, browserSandbox: true }];
  if (!allowUnsafe) return walls;
  return [
    ...walls,
    { namespaces: true, isOtherUser, browserSandbox: false },
    { namespaces: false, isOtherUser, browserSandbox: false },
    { namespaces: false, isOtherUser: false, browserSandbox: false },
  ];
}

/**
 * Finds out how pages can be confined here, by taking a picture of an empty one. Where they cannot, there are no
 * pictures, unless `unsafe` says that they are wanted all the same.
 */
export async function openSnapshots(options: { mode: "on" | "off" | "unsafe"; log: Logger }): Promise<SnapshotService> {
  const { mode, log } = options;
  if (mode === "off") return { sandbox: "none", taker: undefined };
  const browserDirectory = await unpackChromium();
  for (const confinement of candidates(mode === "unsafe")) {
    const taker = openSnapshotTaker({ confinement, browserDirectory, log });
    const { snapshots } = await taker.take(probePage, new AbortController().signal);
    if (snapshots.length === 0) continue;
    const isSafe = confinement.namespaces && confinement.browserSandbox;
    if (!isSafe) log.warn("snapshots_unsafe", { ...confinement });
    return { sandbox: isSafe ? "namespace" : "none", taker };
  }
  log.warn("snapshots_off", { reason: "pages cannot be confined on this machine" });
  return { sandbox: "none", taker: undefined };
}
