import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const mainFile = fileURLToPath(new URL("../main.ts", import.meta.url));
const compileCache = fileURLToPath(new URL("../../../../.hivesync/cache/test-compile", import.meta.url));
// No Desktop is ever started with this one.
const emptyRuntimeFolder = fileURLToPath(new URL("../../../../.hivesync/cache/test-no-desktop", import.meta.url));

/** How a command ended. */
export interface CliRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** `stdout` as the one JSON object that `--json` promises. */
  json: () => Record<string, unknown>;
}

export interface RunOptions {
  cwd: string;
  /** Besides what a terminal session has in any case. */
  env?: Record<string, string>;
  stdin?: string;
}

/** A command that goes on until it is ended. */
export interface RunningCli {
  /** What it printed to stdout so far, whole lines. */
  lines: string[];
  /** What it printed to stderr so far. */
  stderr: () => string;
  /** Sends a signal and answers what the command ended with. */
  end: (signal: NodeJS.Signals) => Promise<number | null>;
  /** Reads no more of what it prints, as `head` does when it has seen enough. */
  stopReading: () => void;
  /** As it ends by itself. */
  ended: Promise<number | null>;
}

function spawnCli(args: readonly string[], { cwd, env = {} }: RunOptions) {
  // A home of its own and no keychain: a test must not touch the logins of whoever runs it, nor find their Desktop.
  const own = {
    HOME: cwd,
    HIVESYNC_CREDENTIALS_STORE: "memory",
    HIVESYNC_RUNTIME_DIRECTORY: emptyRuntimeFolder,
    NODE_COMPILE_CACHE: compileCache,
  };
  const environment = { PATH: "/usr/bin:/bin", ...own, ...env };
  return spawn(process.execPath, [mainFile, ...args], { cwd, env: environment, stdio: "pipe" });
}

/** Starts the CLI and leaves it running. */
export function startCli(args: readonly string[], options: RunOptions): RunningCli {
  const child = spawnCli(args, options);
  child.stdin.end();
  const lines: string[] = [];
  let stderr = "";
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return {
    lines,
    stderr: () => stderr,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    stopReading: () => child.stdout.destroy(),
    ended,
  };
}

/** Runs the CLI as a process of its own, with nobody at a terminal. */
export async function runCli(args: readonly string[], options: RunOptions): Promise<CliRun> {
  const child = spawnCli(args, options);
  child.stdin.end(options.stdin ?? "");
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }),
  ]);
  return { exitCode, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> };
}
