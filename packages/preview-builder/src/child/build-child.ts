import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { BuildFailure, BuildProgress, BuildResult, LimitName } from "#build-result.ts";
import type { ChildJob, ChildMessage } from "#child/child-messages.ts";
import { residentBytes } from "#child/resident-bytes.ts";

/** What one build may use. */
export interface BuildLimits {
  /** From the job's start to its result. */
  readonly timeoutMs: number;
  /** Processor time of the child, and again of the bundler that it starts. */
  readonly cpuSeconds: number;
  /** The JavaScript heap of the child. */
  readonly maxOldSpaceMb: number;
  /** All memory of the child and the bundler together; watched where the system has /proc. */
  readonly maxResidentMb: number;
  /** The largest page. */
  readonly maxOutputBytes: number;
  /** The most bytes of files read. */
  readonly maxInputBytes: number;
}

/** A process that runs one build. */
export interface BuildChild {
  readonly pid: number | undefined;
  /** True until the process has ended. */
  isAlive(): boolean;
  run(
    job: ChildJob,
    hooks: { signal?: AbortSignal | undefined; onProgress?: ((progress: BuildProgress) => void) | undefined },
  ): Promise<BuildResult>;
  /** Kills the process and all that it started. */
  end(): Promise<void>;
}

const COMMAND = fileURLToPath(new URL("./build-child-command.ts", import.meta.url));
const MEMORY_CHECK_MS = 50;
const MAX_STDERR_CHARACTERS = 16_384;
// The soft limit ends the child with a signal that tells why; the hard one follows for whoever ignores it.
const WITH_LIMITS = 'ulimit -c 0; ulimit -S -t "$1"; ulimit -H -t "$2"; shift 2; exec "$@"';

const LIMIT_MESSAGES: Readonly<Record<LimitName, (limits: BuildLimits) => string>> = {
  time: ({ timeoutMs }) => `The build took longer than ${timeoutMs / 1000} s.`,
  cpu: ({ cpuSeconds }) => `The build used more than ${cpuSeconds} s of processor time.`,
  memory: ({ maxResidentMb }) => `The build needed more memory than it may use (${maxResidentMb} MB).`,
  output: ({ maxOutputBytes }) => `The finished page is larger than ${maxOutputBytes} bytes.`,
  input: ({ maxInputBytes }) => `The build read more than ${maxInputBytes} bytes of files.`,
};

/** Starts a child that waits for its job. It gets none of this process's environment, and ends when this process ends. */
export function startBuildChild(limits: BuildLimits, directory: string): BuildChild {
  const child = spawnLimited(limits, directory);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR_CHARACTERS);
  });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", (_, signal) => resolve(signal));
  });
  const isAlive = (): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const kill = (): void => killGroup(child);

  const run: BuildChild["run"] = async (job, { signal, onProgress }) => {
    const startedAt = performance.now();
    let hit: LimitName | undefined;
    const stopFor = (limit: LimitName) => (): void => {
      hit = limit;
      kill();
    };
    const timer = setTimeout(stopFor("time"), limits.timeoutMs);
    const memoryTimer = watchMemory(child, limits.maxResidentMb, stopFor("memory"));
    signal?.addEventListener("abort", kill, { once: true });
    let answer: ChildMessage | undefined;
    child.on("message", (message: ChildMessage) => {
      if (message.type === "progress") onProgress?.(message.progress);
      else if (message.type !== "ready") answer = message;
    });
    try {
      signal?.throwIfAborted();
      // A child that has just died cannot be written to; its end is what counts, and it is told below.
      child.send(job, () => undefined);
      const endSignal = await exited;
      signal?.throwIfAborted();
      if (answer?.type === "result" && hit === undefined) return answer.result;
      const ended = { answer, stderr, endSignal, elapsedMs: performance.now() - startedAt };
      const limit = hit ?? limitBehind(ended, limits);
      if (limit !== undefined) return limitFailure(limit, limits);
      throw new Error(`A build's process ended without a result. ${describeEnd(ended)}`);
    } finally {
      clearTimeout(timer);
      clearInterval(memoryTimer);
      signal?.removeEventListener("abort", kill);
      kill();
    }
  };
  const end = async (): Promise<void> => {
    kill();
    await exited;
  };
  return { pid: child.pid, isAlive, run, end };
}

function spawnLimited(limits: BuildLimits, directory: string): ChildProcess {
  const node = [process.execPath, `--max-old-space-size=${limits.maxOldSpaceMb}`, COMMAND];
  const cpu = [String(limits.cpuSeconds), String(limits.cpuSeconds + 1)];
  const [file = "", ...args] =
    process.platform === "win32" ? node : ["/bin/sh", "-c", WITH_LIMITS, "sh", ...cpu, ...node];
  return spawn(file, args, {
    cwd: directory,
    env: {},
    // A process group of its own: the bundler is in it, and is killed with it.
    detached: true,
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
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

interface ChildEnd {
  readonly answer: ChildMessage | undefined;
  readonly stderr: string;
  readonly endSignal: NodeJS.Signals | null;
  readonly elapsedMs: number;
}

/** The limit that explains how a child ended, if one does: the system or a runtime ended it, not this process. */
function limitBehind({ answer, stderr, endSignal, elapsedMs }: ChildEnd, limits: BuildLimits): LimitName | undefined {
  const told = answer?.type === "failed" ? answer.message + stderr : stderr;
  if (endSignal === "SIGXCPU") return "cpu";
  if (/out of memory|stack exceeds|cannot allocate/i.test(told)) return "memory";
  const couldUseCpu = elapsedMs * availableParallelism() >= limits.cpuSeconds * 1000;
  const wasKilled = endSignal === "SIGKILL" || /service (?:was stopped|is no longer running)/i.test(told);
  return wasKilled ? (couldUseCpu ? "cpu" : "memory") : undefined;
}

function limitFailure(limit: LimitName, limits: BuildLimits): BuildFailure {
  const message = LIMIT_MESSAGES[limit](limits);
  return { ok: false, limit, message, details: [], log: `failed: ${message}\n` };
}

function describeEnd({ answer, stderr, endSignal }: ChildEnd): string {
  return answer?.type === "failed" ? answer.message : `signal: ${endSignal ?? "none"}; ${stderr.slice(-2_000)}`;
}
