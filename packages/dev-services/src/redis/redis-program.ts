import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A Redis (or Valkey) server program: one on this machine, or the official image run by Docker. */
export type RedisProgram =
  | {
      readonly kind: "native";
      readonly path: string;
      /** Folders of the shared libraries that were unpacked with it, as LD_LIBRARY_PATH wants them. */
      readonly libraryPath?: string;
    }
  | { readonly kind: "docker"; readonly path: string; readonly image: string };

/** The environment of a native program: nothing of ours is inherited. */
export const nativeEnvironment = (libraryPath: string | undefined): Record<string, string> => ({
  LC_ALL: "C",
  ...(libraryPath !== undefined && { LD_LIBRARY_PATH: libraryPath }),
});

/** True when the program starts, so all of its shared libraries are there. */
export const runsHere = async (path: string, libraryPath?: string): Promise<boolean> => {
  try {
    await run(path, ["--version"], { env: nativeEnvironment(libraryPath) });
    return true;
  } catch {
    return false;
  }
};
