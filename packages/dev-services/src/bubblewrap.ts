import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { fetchWithApt } from "./apt/fetch-with-apt.ts";
import { findOnPath } from "./program.ts";

/**
 * Finds bubblewrap, which puts walls around builds: `bwrap` from PATH; else, on Debian and Ubuntu, fetched with apt and unpacked below
 * the cache directory (no root needed). Undefined where there is none to be had: builds run without walls then, and the worker says so.
 *
 * @example
 * const program = await findBubblewrap({ cacheDirectory: ".hivesync/cache/bubblewrap", onProgress: console.log });
 */
export const findBubblewrap = async (options: {
  /** A folder for what is fetched; shared by all callers, also at the same time. */
  readonly cacheDirectory: string;
  readonly onProgress?: (text: string) => void;
}): Promise<string | undefined> => {
  const { cacheDirectory, onProgress = () => undefined } = options;
  if (process.platform !== "linux") return undefined;
  const installed = await findOnPath("bwrap");
  if (installed !== undefined) return installed;
  return fetchWithApt(path.resolve(cacheDirectory), {
    what: "bubblewrap",
    packages: ["bubblewrap"],
    // Its libraries are on every Debian: it is started by workers that know of no others.
    usefulPackage: /^bubblewrap$/,
    find: async (folder) => {
      const program = path.join(folder, "usr", "bin", "bwrap");
      const starts = promisify(execFile)(program, ["--version"], { env: {} });
      return starts.then(
        () => program,
        () => undefined,
      );
    },
    onProgress,
  }).catch(() => undefined);
};
