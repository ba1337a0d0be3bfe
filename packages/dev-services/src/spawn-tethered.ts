import { fork, type ChildProcess } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { killGroup, type TetherReport, type TetherRequest } from "./tether/protocol.ts";

/** Takes one line of the child's output, without its line end. */
export type OutputListener = (line: string, stream: "stdout" | "stderr") => void;

/** How {@link spawnTethered} starts and ends a child. */
export interface TetherOptions {
  readonly cwd?: string;
  /** The whole environment of the child. The parent's is inherited when it is left out. */
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  /** Where the child's output goes. Default: "ignore". */
  readonly output?: "ignore" | "inherit" | OutputListener;
  /** The polite signal, also used when the parent dies. Default: SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds from the polite signal to SIGKILL of the process group. Default: 5000. */
  readonly graceMs?: number;
}

/** How a child ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child that cannot outlive its parent. */
export interface TetheredProcess {
  readonly pid: number;
  /** Resolves when the child has ended, for whatever reason, and its output is read. Never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** Asks the child to end, and ends its process group by SIGKILL after the grace. Resolves when it is gone. */
  readonly stop: (signal?: NodeJS.Signals, graceMs?: number) => Promise<void>;
}

const outputDrainMs = 1_000;

const listen = (watchdog: ChildProcess, output: TetherOptions["output"]): void => {
  if (typeof output !== "function") return;
  for (const name of ["stdout", "stderr"] as const) {
    const stream = watchdog[name];
    if (stream !== null) createInterface({ input: stream }).on("line", (line) => output(line, name));
  }
};

/** Resolves when the watchdog has ended, and all that it reported and all that the child printed is read. */
const whenClosed = async (watchdog: ChildProcess): Promise<void> => {
  const reported = new Promise<void>((resolve) => watchdog.once("disconnect", resolve));
  const printed = new Promise<void>((resolve) => watchdog.once("close", () => resolve()));
  await new Promise<void>((resolve) => watchdog.once("exit", () => resolve()));
  // A grandchild in a session of its own may hold the pipes; it must not hold us, so they are cut after a moment.
  const cut = setTimeout(() => {
    watchdog.stdout?.destroy();
    watchdog.stderr?.destroy();
  }, outputDrainMs);
  await Promise.all([reported, printed]);
  clearTimeout(cut);
};

const follow = (watchdog: ChildProcess, command: string) => {
  const started = Promise.withResolvers<number>();
  let pid: number | undefined;
  let end: ProcessEnd | undefined;
  watchdog.on("message", (report: TetherReport) => {
    if (report.kind === "exited") end = { code: report.code, signal: report.signal };
    else if (report.kind === "failed") started.reject(new Error(`${command} cannot be started: ${report.message}`));
    else {
      pid = report.pid;
      started.resolve(pid);
    }
  });
  watchdog.once("error", started.reject);
  watchdog.once("exit", () => {
    // Of use when the watchdog itself was killed; otherwise the group has ended before it.
    if (pid !== undefined) killGroup(pid);
  });
  const exited = whenClosed(watchdog).then((): ProcessEnd => {
    started.reject(new Error(`${command} cannot be started: its watchdog ended.`));
    return end ?? { code: null, signal: "SIGKILL" };
  });
  return { started: started.promise, exited };
};

/**
 * Starts a program that ends with this process, even when this process is ended by SIGKILL: a small watchdog process
 * holds a channel to here and ends the child, and its process group, when that channel closes. Standard input is empty.
 *
 * @throws Error when the program cannot be started (not found, not executable).
 * @example
 * const server = await spawnTethered("redis-server", ["--port", "4004"], { output: (line) => log(line) });
 * await server.stop("SIGTERM", 2_000);
 */
export const spawnTethered = async (
  command: string,
  args: readonly string[],
  options: TetherOptions = {},
): Promise<TetheredProcess> => {
  const { cwd, env, uid, gid, output = "ignore", stopSignal = "SIGTERM", graceMs = 5_000 } = options;
  const stdio = typeof output === "function" ? "pipe" : output;
  const watchdog = fork(path.join(import.meta.dirname, "die-with-parent.ts"), [], {
    detached: true,
    execArgv: [],
    stdio: ["ignore", stdio, stdio, "ipc"],
  });
  const send = (request: TetherRequest): void => {
    // A send that fails means that the watchdog is gone, which `exited` tells.
    if (watchdog.connected) watchdog.send(request, () => undefined);
  };
  listen(watchdog, output);
  const { started, exited } = follow(watchdog, command);
  send({ kind: "start", command, args, cwd, env, uid, gid, stopSignal, graceMs });
  return {
    pid: await started,
    exited,
    stop: async (signal = stopSignal, stopGraceMs = graceMs) => {
      send({ kind: "stop", signal, graceMs: stopGraceMs });
      await exited;
    },
  };
};
