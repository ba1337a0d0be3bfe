import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BuildProgress, BuildResult, LimitName } from "#build-result.ts";
import { limitBehind, limitFailure } from "#child/build-limits.ts";
import type { BuildLimits } from "#child/build-limits.ts";
import type { ChildJob, ChildMessage } from "#child/child-messages.ts";
import { residentBytes } from "#child/resident-bytes.ts";

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
}

/** A process that runs one build. */
export interface BuildChild {
  /** True until the process has ended. */
  isAlive(): boolean;
  run(job: ChildJob, hooks: RunHooks): Promise<BuildResult>;
  /** Waits until the process and all that it started have ended: by itself when it has answered, else killed. */
  end(): Promise<void>;
}

const COMMAND = fileURLToPath(new URL("./build-child-command.ts", import.meta.url));
const MEMORY_CHECK_MS = 50;
const FAREWELL_MS = 1_000;
const MAX_STDERR_CHARACTERS = 16_384;
// The soft limit ends the child with a signal that tells why; the hard one follows for whoever ignores it.
const WITH_LIMITS = 'ulimit -c 0; ulimit -S -t "$1"; ulimit -H -t "$2"; shift 2; exec "$@"';

/** Starts a child that waits for its job. It gets none of this process's environment, and ends when this process ends. */
export function startBuildChild(start: BuildChildStart): BuildChild {
  const child = spawnLimited(start);
  const readStderr = collectStderr(child);
  const kill = (): void => killGroup(child);
  // Whatever ends the child, its bundler goes too.
  child.once("exit", kill);
  const exited = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", (_, signal) => resolve(signal));
  });
  const isAlive = (): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  let hasAnswered = false;

  const run: BuildChild["run"] = async (job, { signal, onProgress, timeoutMs }) => {
    const limits = { ...start.limits, timeoutMs: timeoutMs ?? start.limits.timeoutMs };
    const startedAt = performance.now();
    let hit: LimitName | undefined;
    const stopFor = (limit: LimitName) => (): void => {
      hit = limit;
      if (isAlive()) kill();
    };
    const timer = setTimeout(stopFor("time"), limits.timeoutMs);
    const memoryTimer = watchMemory(child, limits.maxResidentMb, stopFor("memory"));
    const onAbort = (): void => void (isAlive() && kill());
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const { result, message } = await exchange(child, job, { onProgress, exited });
      signal?.throwIfAborted();
      hasAnswered = result !== undefined;
      if (result !== undefined && hit === undefined) return result;
      const end = { message, stderr: readStderr(), signal: await exited, elapsedMs: performance.now() - startedAt };
      const limit = hit ?? limitBehind(end, limits);
      if (limit !== undefined) return limitFailure(limit, limits);
      throw new Error(
        `A build's process ended without a result (${end.signal ?? "no signal"}): ${message}${end.stderr}`,
      );
    } finally {
      clearTimeout(timer);
      clearInterval(memoryTimer);
      signal?.removeEventListener("abort", onAbort);
    }
  };
  const end = async (): Promise<void> => {
    const farewell = setTimeout(kill, hasAnswered ? FAREWELL_MS : 0);
    await exited;
    clearTimeout(farewell);
  };
  return { isAlive, run, end };
}

/** Sends the job and waits for the result, or for the child's end; `message` is what the child said about a failure. */
async function exchange(
  child: ChildProcess,
  job: ChildJob,
  { onProgress, exited }: Pick<RunHooks, "onProgress"> & { exited: Promise<unknown> },
): Promise<{ result?: BuildResult; message: string }> {
  let message = "";
  const answered = new Promise<BuildResult>((resolve) => {
    child.on("message", (answer: ChildMessage) => {
      if (answer.type === "progress") onProgress?.(answer.progress);
      else if (answer.type === "failed") message = answer.message;
      else resolve(answer.result);
    });
  });
  // A child that has just died cannot be written to; its end is what counts then.
  child.send(job, () => undefined);
  const result = await Promise.race([answered, exited.then(() => undefined)]);
  return result === undefined ? { message } : { result, message };
}

function spawnLimited({ limits, directory, rehearseIn }: BuildChildStart): ChildProcess {
  const ahead = rehearseIn === undefined ? [] : [rehearseIn];
  const node = [process.execPath, `--max-old-space-size=${limits.maxOldSpaceMb}`, COMMAND, ...ahead];
  const cpu = [String(limits.cpuSeconds), String(limits.cpuSeconds + 1)];
  const isWindows = process.platform === "win32";
  const [file = "", ...args] = isWindows ? node : ["/bin/sh", "-c", WITH_LIMITS, "sh", ...cpu, ...node];
  return spawn(file, args, {
    cwd: directory,
    env: {},
    // A process group of its own: the bundler is in it, and is killed with it.
    detached: true,
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

function collectStderr(child: ChildProcess): () => string {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR_CHARACTERS);
  });
  return () => stderr;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!isGone) throw error;
  }
}

function watchMemory({ pid }: ChildProcess, maxResidentMb: number, stop: () => void): NodeJS.Timeout {
  const check = async (): Promise<void> => {
    if (pid !== undefined && (await residentBytes(pid)) > maxResidentMb * 1024 * 1024) stop();
  };
  return setInterval(() => void check(), MEMORY_CHECK_MS);
}
