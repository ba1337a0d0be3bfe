import { fileURLToPath } from "node:url";
import { startLimitedChild, type LimitedChild } from "@hivesync/platform/child/limited-child";
import { programPaths, type Walls } from "@hivesync/platform/child/walls";
import { roomyHeap } from "@hivesync/platform/roomy-heap";
import type { PackageSource } from "@hivesync/package-store/package-source";
import { answerChild, isGiving } from "#child/answer-child.ts";
import type { BuildKeeper } from "#keeping/build-keeper.ts";
import type { BuildProgress, BuildResult } from "#build-result.ts";
import { limitBehind, limitFailure } from "#child/build-limits.ts";
import type { BuildLimits } from "#child/build-limits.ts";
import type { ChildJob, ChildMessage, Farewell } from "#child/child-messages.ts";

/** How a child is started. */
export interface BuildChildStart {
  readonly limits: BuildLimits;
  /** Processor time that earlier builds of the same process may have used, which is counted from its start on. Default: none. */
  readonly earlierCpuSeconds?: number;
  /** An empty folder for the child to stand in. */
  readonly directory: string;
  /** Where the runtimes are. */
  readonly runtimeCacheDirectory: string;
  /** The folder of its jobs' files: besides the runtimes all that it may read. */
  readonly room: string;
  /** What keeps it from everything else. */
  readonly walls: Walls | undefined;
  /** Whether it is to be ready before its first job comes. */
  readonly isAhead: boolean;
}

export interface RunHooks {
  /** The limits' when left out. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Where the project's own npm packages come from: asked in this process, as the child has no network. */
  readonly packages?: PackageSource | undefined;
  /** Does what the child may not do itself. */
  readonly keeper: BuildKeeper;
}

/** A process that runs builds of one project, one after the other. */
export interface BuildChild extends Pick<LimitedChild, "isAlive" | "use"> {
  run(job: Omit<ChildJob, "type" | "hasPackages">, hooks: RunHooks): Promise<BuildResult>;
  /** Waits until the process and all that it started have ended: asked to when it has answered, else killed. */
  end(): Promise<void>;
}

/** The child, the bundler, two of the walls, and some to spare. */
export const MAX_PROCESSES = 32;
const COMMAND = fileURLToPath(new URL("./build-child-command.ts", import.meta.url));

/** Starts a program as a build's child is started: with what a build may use and read, and no more. */
export function startConfined(command: readonly string[], start: BuildChildStart, farewell?: Farewell): LimitedChild {
  const { limits, earlierCpuSeconds = 0, runtimeCacheDirectory, room, walls } = start;
  return startLimitedChild({
    command,
    directory: start.directory,
    cpuSeconds: limits.cpuSeconds + earlierCpuSeconds,
    maxProcesses: MAX_PROCESSES,
    ...(farewell && { farewell }),
    // What is to stay is given to the parent.
    writesFiles: false,
    ...(walls && { walls: { ...walls, readable: [...programPaths(), runtimeCacheDirectory, room] } }),
  });
}

/** Starts a child that waits for its first job. It gets none of this process's environment, and ends when this process ends. */
export function startBuildChild(start: BuildChildStart): BuildChild {
  const { limits: ownLimits, runtimeCacheDirectory } = start;
  const { maxOldSpaceMb } = ownLimits;
  const ahead = start.isAhead ? [runtimeCacheDirectory] : [];
  const command = [process.execPath, `--max-old-space-size=${maxOldSpaceMb}`, roomyHeap, COMMAND, ...ahead];
  const { isAlive, use, run, end } = startConfined(command, start, { type: "farewell" });
  return {
    isAlive,
    use,
    end,
    run: async (given, { signal, onProgress, timeoutMs, packages, keeper }) => {
      const job: ChildJob = { ...given, type: "job", hasPackages: packages !== undefined };
      const limits = { ...ownLimits, timeoutMs: timeoutMs ?? ownLimits.timeoutMs };
      let message = "";
      const read = (told: ChildMessage): BuildResult | undefined => {
        if (told.type === "result") return told.result;
        if (told.type === "progress") onProgress?.(told.progress);
        else if (told.type === "failed") message = told.message;
        return undefined;
      };
      const { maxResidentMb } = limits;
      const ask = answerChild({ packages, keeper });
      const { timeoutMs: ownMs } = limits;
      const ended = await run({ job, read, ask, isOwnTime: isGiving, timeoutMs: ownMs, maxResidentMb, signal });
      if (ended.answer !== undefined) return ended.answer;
      const limit = ended.hit ?? limitBehind({ ...ended, message }, limits);
      if (limit !== undefined) return limitFailure(limit, limits);
      throw new Error(
        `A build's process ended without a result (${ended.signal ?? "no signal"}): ${message}${ended.stderr}`,
      );
    },
  };
}
