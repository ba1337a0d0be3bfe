import type { snapshotSizes } from "./snapshot-sizes.ts";

/** A picture of a preview on a device of this size. */
export interface Snapshot {
  size: keyof typeof snapshotSizes;
  png: Uint8Array;
}

/** What the process that takes pictures is asked to do. */
export interface SnapshotJob {
  html: Uint8Array;
  browserDirectory: string;
  /** Whether Chromium's own sandbox is to be on. */
  sandbox: boolean;
  /** Its own folder, for the browser's files. */
  folder: string;
}

/** What it answers: the pictures, or what broke. */
export type SnapshotMessage =
  | { type: "taken"; snapshots: readonly Snapshot[]; warnings: readonly string[] }
  | { type: "failed"; message: string };
