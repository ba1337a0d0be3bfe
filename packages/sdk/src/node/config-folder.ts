import { homedir } from "node:os";
import path from "node:path";
import type { NodeEnvironment } from "./env.ts";

/** Where programs of this user keep their settings. */
export function configFolder({ xdgConfigHome, appData }: NodeEnvironment): string {
  if (process.platform === "win32") return appData ?? path.join(homedir(), "AppData", "Roaming");
  if (process.platform === "darwin") return path.join(homedir(), "Library", "Application Support");
  // The XDG base directory specification: relative paths are invalid and to be ignored.
  return xdgConfigHome && path.isAbsolute(xdgConfigHome) ? xdgConfigHome : path.join(homedir(), ".config");
}
