import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const mainFile = fileURLToPath(new URL("../main.ts", import.meta.url));
const compileCache = fileURLToPath(new URL("../../../../.hivesync/cache/test-compile", import.meta.url));

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

/** Runs the CLI as a process of its own, with nobody at a terminal. */
export async function runCli(args: readonly string[], { cwd, env = {}, stdin = "" }: RunOptions): Promise<CliRun> {
  // A home of its own and no keychain: a test must not touch the logins of whoever runs it.
  const ownHome = { HOME: cwd, HIVESYNC_CREDENTIALS_STORE: "memory", NODE_COMPILE_CACHE: compileCache };
  const environment = { PATH: "/usr/bin:/bin", ...ownHome, ...env };
  const child = spawn(process.execPath, [mainFile, ...args], { cwd, env: environment, stdio: "pipe" });
  child.stdin.end(stdin);
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
