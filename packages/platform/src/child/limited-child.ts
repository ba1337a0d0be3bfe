import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { endOf, killGroup, signalBehind } from "./child-end.ts";
import { processUse, wholeUse, type WholeUse } from "./process-use.ts";
import { insideWalls, type Walls, type WallsView } from "./walls.ts";

/** How a child is started. */
export interface LimitedChildStart {
  /** The program and its arguments. It must end when its channel to here closes. */
  command: readonly string[];
  /** Asks a child that has answered to end. Default: it ends unasked. */
  farewell?: object;
  /** The folder that it stands in. */
  directory: string;
  /** Its whole environment. Default: nothing. */
  env?: Readonly<Record<string, string>>;
  /** Seconds of processor time of each of its processes. */
  cpuSeconds: number;
  /** The most processes that it may be, all that it has started counted; watched where the system has /proc. Default: any number. */
  maxProcesses?: number;
  /** False for one that has no file to write: the system lets no file of its grow. Default: true. */
  writesFiles?: boolean;
  /** What keeps it from the network and from every file but those that it is shown. Default: nothing. */
  walls?: Walls & Pick<WallsView, "readable" | "writable">;
}

/** One job that a child is given. */
export interface ChildTask<Message, Answer> {
  job: object;
  /** Told of each message; anything but undefined is the child's answer. */
  read: (message: Message) => Answer | undefined;
  /** Answers what the child asks of this process meanwhile; undefined for a message that asks nothing. What it throws ends the run. */
  ask?: ((message: Message) => Promise<object> | undefined) | undefined;
  /** True of what is asked while the child's time goes on: a child could stop its clock by it. Default: of nothing. */
  isOwnTime?: (message: Message) => boolean;
  /** From the job's start to its answer, without the time that this process takes for what it is asked. */
  timeoutMs: number;
  /** All memory of the child and of what it has started; watched where the system has /proc. */
  maxResidentMb: number;
  signal?: AbortSignal | undefined;
}

/** The limits that are watched here. */
export type ChildLimit = "time" | "memory" | "processes";

/** How a task went: with an answer, or with the way in which the child ended. */
export type ChildRun<Answer> =
  | { answer: Answer }
  | {
      answer?: never;
      /** The limit that ended it here; others leave traces in the rest. */
      hit: ChildLimit | undefined;
      stderr: string;
      signal: NodeJS.Signals | null;
      elapsedMs: number;
    };

/** A process of its own for one piece of work after the other, ended at its limits. */
export interface LimitedChild {
  /** True until the process has ended. */
  isAlive: () => boolean;
  /** To be called again only when the child has answered. @throws the task's signal's reason, within a second of the abort. */
  run: <Message, Answer>(task: ChildTask<Message, Answer>) => Promise<ChildRun<Answer>>;
  use: () => Promise<WholeUse>;
  /** Waits until the process and its group have ended: by themselves when it has answered, else killed. */
  end: () => Promise<void>;
}

const useCheckMs = 50;
const farewellMs = 1_000;
const maxStderrCharacters = 16_384;
// The soft limit ends the child with a signal that tells why; the hard one follows for whoever ignores it.
const withLimits = 'ulimit -c 0; ulimit -f "$1"; ulimit -S -t "$2"; ulimit -H -t "$3"; shift 3; exec "$@"';

function commandLine(start: LimitedChildStart): string[] {
  const { command, directory, cpuSeconds, writesFiles = true, walls } = start;
  const confined = walls ? insideWalls(walls, { ...walls, directory }, command) : [...command];
  if (process.platform === "win32") return confined;
  const limits = [writesFiles ? "unlimited" : "0", String(cpuSeconds), String(cpuSeconds + 1)];
  return ["/bin/sh", "-c", withLimits, "sh", ...limits, ...confined];
}

function spawnLimited(start: LimitedChildStart): ChildProcess {
  const { directory, env = {} } = start;
  const [file = "", ...args] = commandLine(start);
  return spawn(file, args, {
    cwd: directory,
    env,
    // A process group of its own: what it starts is in it, and is killed with it.
    detached: true,
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

function collectStderr(child: ChildProcess): () => string {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-maxStderrCharacters);
  });
  return () => stderr;
}

interface UseLimits {
  maxResidentMb: number;
  maxProcesses: number;
}

function watchUse({ pid }: ChildProcess, limits: UseLimits, stop: (limit: ChildLimit) => void): NodeJS.Timeout {
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (pid === undefined || isLooking) return;
    isLooking = true;
    const { processes, residentBytes } = await processUse(pid, limits.maxProcesses);
    if (processes > limits.maxProcesses) stop("processes");
    else if (residentBytes > limits.maxResidentMb * 1024 * 1024) stop("memory");
    isLooking = false;
  };
  return setInterval(() => void look(), useCheckMs);
}

/** Counts the time of a task, and stands still while any of its questions is open. */
function startClock(timeoutMs: number, onEnd: () => void) {
  let open = 0;
  let leftMs = timeoutMs;
  let since = performance.now();
  let timer = setTimeout(onEnd, leftMs);
  return {
    pause: (): void => {
      open += 1;
      if (open > 1) return;
      clearTimeout(timer);
      leftMs -= performance.now() - since;
    },
    resume: (): void => {
      open -= 1;
      if (open > 0) return;
      since = performance.now();
      timer = setTimeout(onEnd, leftMs);
    },
    stop: (): void => {
      open = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
    },
  };
}

interface Listeners<Message> {
  onMessage: (message: Message) => void;
  onEnd: () => void;
}

interface Exchange<Message> {
  clock: ReturnType<typeof startClock>;
  /** Takes the place of whoever listened for the task before. */
  listen: (listeners: Listeners<Message>) => void;
}

/** Has one at a time listen to the child. */
function openListening(child: ChildProcess, exited: Promise<unknown>): (listeners: Listeners<never>) => void {
  let current: Listeners<never> | undefined;
  let hasEnded = false;
  // What a child says before its first job is for whoever gives it that.
  const early: unknown[] = [];
  child.on("message", (message) => {
    if (current) current.onMessage(message as never);
    else early.push(message);
  });
  const end = (): void => {
    hasEnded = true;
    current?.onEnd();
  };
  void exited.then(end);
  return (listeners) => {
    current = listeners;
    for (const message of early.splice(0)) listeners.onMessage(message as never);
    if (hasEnded) listeners.onEnd();
  };
}

/** Sends the job and waits for the answer, or for the child's end. Meanwhile the child may ask; from then on until its next job it may only give. */
function exchange<Message, Answer>(
  child: ChildProcess,
  task: ChildTask<Message, Answer>,
  { clock, listen }: Exchange<Message>,
): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    // Forgotten when it is over, as who listens is kept until the next job: answers are large.
    let waiting: { resolve: typeof resolve; reject: typeof reject } | undefined = { resolve, reject };
    const settle = (answer: Answer | undefined): void => {
      waiting?.resolve(answer);
      waiting = undefined;
    };
    const reply = async (question: Promise<object>, isOwnTime: boolean): Promise<void> => {
      if (!isOwnTime) clock.pause();
      try {
        child.send(await question, () => undefined);
      } catch (error) {
        waiting?.reject(error);
      } finally {
        if (!isOwnTime) clock.resume();
      }
    };
    listen({
      onMessage: (message) => {
        // Who waits for the next job may still give something away, and asks nothing.
        if (waiting === undefined && task.isOwnTime?.(message) !== true) return;
        const question = task.ask?.(message);
        if (question !== undefined) return void reply(question, task.isOwnTime?.(message) ?? false);
        const answer = task.read(message);
        if (answer !== undefined) settle(answer);
      },
      onEnd: () => settle(undefined),
    });
    // A child that has just died cannot be written to; its end is what counts then.
    child.send(task.job, () => undefined);
  });
}

/**
 * Starts a child that waits for its task. It gets none of this process's environment, and may not outlive this process.
 *
 * @example
 * const child = startLimitedChild({ command: [process.execPath, file], directory, cpuSeconds: 60 });
 * const run = await child.run({ job, read, timeoutMs: 60_000, maxResidentMb: 1_024, signal });
 * await child.end();
 */
export function startLimitedChild(start: LimitedChildStart): LimitedChild {
  const child = spawnLimited(start);
  const readStderr = collectStderr(child);
  const kill = (): void => killGroup(child);
  const exited = endOf(child).then(({ code, signal }) => signal ?? (start.walls ? signalBehind(code) : null));
  const isAlive = (): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const listen = openListening(child, exited);
  let hasAnswered = false;

  const run: LimitedChild["run"] = async (task) => {
    hasAnswered = false;
    const startedAt = performance.now();
    let hit: ChildLimit | undefined;
    const stopFor = (limit: ChildLimit): void => {
      hit = limit;
      if (isAlive()) kill();
    };
    const clock = startClock(task.timeoutMs, () => stopFor("time"));
    const { maxProcesses = Number.POSITIVE_INFINITY } = start;
    const useTimer = watchUse(child, { maxResidentMb: task.maxResidentMb, maxProcesses }, stopFor);
    const onAbort = (): void => void (isAlive() && kill());
    task.signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const answer = await exchange(child, task, { clock, listen });
      task.signal?.throwIfAborted();
      hasAnswered = answer !== undefined;
      if (answer !== undefined && hit === undefined) return { answer };
      const signal = await exited;
      return { hit, stderr: readStderr(), signal, elapsedMs: performance.now() - startedAt };
    } finally {
      clock.stop();
      clearInterval(useTimer);
      task.signal?.removeEventListener("abort", onAbort);
    }
  };
  const end = async (): Promise<void> => {
    if (hasAnswered && start.farewell !== undefined && isAlive()) child.send(start.farewell, () => undefined);
    const farewell = setTimeout(kill, hasAnswered ? farewellMs : 0);
    await exited;
    clearTimeout(farewell);
  };
  const use = (): Promise<WholeUse> => wholeUse(child.pid ?? 0, start.maxProcesses ?? Number.POSITIVE_INFINITY);
  return { isAlive, run, use, end };
}
