import { fileURLToPath } from "node:url";
import { startLimitedChild } from "@hivesync/platform/child/limited-child";
import type { PackageSource } from "@hivesync/package-store/package-source";
import type { BuildProgress, BuildResult } from "#build-result.ts";
import { limitBehind, limitFailure } from "#child/build-limits.ts";
import type { BuildLimits } from "#child/build-limits.ts";
import type { ChildJob, ChildMessage, PackageReply } from "#child/child-messages.ts";

/** How a child is started. */
export interface BuildChildStart {
  readonly limits: BuildLimits;
  /** An empty folder for the child to stand in. */
  readonly directory: string;
  /** Set for a child that is to be ready before its job comes. */
  readonly rehearseIn?: string;
}

export interface RunHooks {
  /** The limits' when left out. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Where the project's own npm packages come from: asked in this process, as the child has no network. */
  readonly packages?: PackageSource | undefined;
}

/** A process that runs one build. */
export interface BuildChild {
  /** True until the process has ended. */
  isAlive(): boolean;
  run(job: Omit<ChildJob, "hasPackages">, hooks: RunHooks): Promise<BuildResult>;
  /** Waits until the process and all that it started have ended: by itself when it has answered, else killed. */
  end(): Promise<void>;
}

const COMMAND = fileURLToPath(new URL("./build-child-command.ts", import.meta.url));

function answerFor(packages: PackageSource, told: ChildMessage): Promise<PackageReply> | undefined {
  if (told.type !== "manifests" && told.type !== "packs") return undefined;
  const found = told.type === "manifests" ? packages.manifests(told.wanted) : packages.packs(told.wanted);
  return found.then((answers) => ({ type: "reply", id: told.id, answers }));
}

/** Starts a child that waits for its job. It gets none of this process's environment, and ends when this process ends. */
export function startBuildChild({ limits: ownLimits, directory, rehearseIn }: BuildChildStart): BuildChild {
  const { maxOldSpaceMb, cpuSeconds } = ownLimits;
  const ahead = rehearseIn === undefined ? [] : [rehearseIn];
  const command = [process.execPath, `--max-old-space-size=${maxOldSpaceMb}`, COMMAND, ...ahead];
  const { isAlive, run, end } = startLimitedChild({ command, directory, cpuSeconds });
  return {
    isAlive,
    end,
    run: async (given, { signal, onProgress, timeoutMs, packages }) => {
      const job: ChildJob = { ...given, hasPackages: packages !== undefined };
      const limits = { ...ownLimits, timeoutMs: timeoutMs ?? ownLimits.timeoutMs };
      let message = "";
      const read = (told: ChildMessage): BuildResult | undefined => {
        if (told.type === "result") return told.result;
        if (told.type === "progress") onProgress?.(told.progress);
        else if (told.type === "failed") message = told.message;
        return undefined;
      };
      const { maxResidentMb } = limits;
      const ask = (told: ChildMessage) => (packages === undefined ? undefined : answerFor(packages, told));
      const ended = await run({ job, read, ask, timeoutMs: limits.timeoutMs, maxResidentMb, signal });
      if (ended.answer !== undefined) return ended.answer;
      const limit = ended.hit ?? limitBehind({ ...ended, message }, limits);
      if (limit !== undefined) return limitFailure(limit, limits);
      throw new Error(
        `A build's process ended without a result (${ended.signal ?? "no signal"}): ${message}${ended.stderr}`,
      );
    },
  };
}
