import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** A program that is started with limits that the system keeps. */
export interface LimitedStart {
  command: readonly string[];
  directory: string;
  env: Readonly<Record<string, string>>;
  cpuSeconds: number;
  memoryMb: number;
  /** No file that it writes may grow beyond. */
  fileBytes: number;
}

/** A running program. */
export interface LimitedProcess {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** The program reads this at descriptor 3. */
  secret: Writable;
  kill: () => void;
  /** When it and all that it started have ended, and its output is read. Above 128 the code names a signal, as a shell tells it. */
  ended: Promise<number>;
}

// Descriptor 4 closes when this process ends, however that happens: then the group ends too. The shell waits for
// both, so that no zombie is left where nobody reaps orphans. A limit that cannot be set is lower already. A file that
// grows too large is an error that git tells of, not a silent death.
const script = `
trap '' XFSZ
ulimit -c 0; ulimit -S -t "$1"; ulimit -H -t "$2"; ulimit -f "$3" 2>/dev/null; ulimit -v "$4" 2>/dev/null; ulimit -s 8192 2>/dev/null; shift 4
exec 5<&0
"$@" <&5 5<&- 4<&- &
program=$!
exec 0</dev/null 5<&- 3<&-
(read -r nothing <&4; kill -9 0) >/dev/null 2>&1 &
watcher=$!
wait "$program" 2>/dev/null
code=$?
{ kill -9 "$watcher"; wait "$watcher"; } 2>/dev/null
exit "$code"`;

const blockBytes = 512;

function limitArguments({ cpuSeconds, memoryMb, fileBytes }: LimitedStart): string[] {
  // The soft limit ends a process with a signal that tells why; the hard one follows for whoever ignores it.
  const cpu = [String(cpuSeconds), String(cpuSeconds + 1)];
  return [...cpu, String(Math.ceil(fileBytes / blockBytes)), String(memoryMb * 1_024)];
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

const signalBase = 128;
const sigkill = 9;

/** Starts a program in a process group of its own, with nothing of this process's environment; it may not outlive this process. */
export function spawnLimited(start: LimitedStart): LimitedProcess {
  const child = spawn("/bin/sh", ["-c", script, "sh", ...limitArguments(start), ...start.command], {
    cwd: start.directory,
    env: start.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
  });
  const kill = (): void => killGroup(child);
  // Whatever ended it, what it has left running goes too.
  child.once("exit", kill);
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? signalBase + sigkill));
  });
  const secret = child.stdio[3] as Writable;
  const lifeline = child.stdio[4] as Writable;
  // A program that ends early reads no more; its code tells why.
  for (const pipe of [child.stdin, secret, lifeline]) pipe.on("error", () => undefined);
  child.once("exit", () => {
    lifeline.destroy();
    secret.destroy();
  });
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, secret, kill, ended };
}
