import { createHash } from "node:crypto";
import { homedir, tmpdir, userInfo } from "node:os";
import path from "node:path";
import type { NodeEnvironment } from "#node/env.ts";

/** Where running programs of this user leave what others of the same user may know of them. */
export function runtimeFolder(environment: NodeEnvironment): string {
  if (environment.runtimeDirectory !== undefined) return path.resolve(environment.runtimeDirectory);
  if (process.platform === "win32") {
    return path.join(environment.localAppData ?? path.join(homedir(), "AppData", "Local"), "HiveSync", "run");
  }
  if (process.platform === "darwin") return path.join(homedir(), "Library", "Application Support", "HiveSync", "run");
  const { xdgRuntimeDirectory } = environment;
  // The XDG base directory specification: relative paths are invalid and to be ignored.
  if (xdgRuntimeDirectory && path.isAbsolute(xdgRuntimeDirectory)) return path.join(xdgRuntimeDirectory, "hivesync");
  // Others may make a folder of this name before us: its owner is looked at before it is believed.
  return path.join(tmpdir(), `hivesync-${userInfo().uid}`);
}

/** The discovery file of the Desktop that forwards to this API. */
export function discoveryPath(folder: string, upstream: string): string {
  return path.join(folder, `desktop-${createHash("sha256").update(upstream).digest("hex").slice(0, 16)}.json`);
}
