import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, readlink, rename, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { PostgresBinaries } from "./binaries.ts";
import type { ServerAccount } from "./server-account.ts";

const run = promisify(execFile);

/** What a data directory is made with. */
export interface DataDirectoryOptions {
  readonly directory: string;
  readonly user: string;
  readonly password: string;
  readonly durable: boolean;
}

const makeIn = async (
  target: string,
  options: DataDirectoryOptions,
  use: { readonly account: ServerAccount; readonly binaries: PostgresBinaries },
): Promise<void> => {
  const passwordFile = `${target}.password`;
  try {
    await mkdir(target, { mode: 0o700 });
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
    await Promise.all([use.account.own(target), use.account.own(passwordFile)]);
    const { command, args, ...identity } = use.account.launch(use.binaries.initdb, [
      `--pgdata=${target}`,
      `--username=${options.user}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // The builtin provider sorts and compares the same on every machine, whatever locales it has.
      "--locale-provider=builtin",
      "--locale=C.UTF-8",
      "--no-instructions",
      ...(options.durable ? [] : ["--no-sync"]),
    ]);
    await run(command, args, { env: { LC_ALL: "C", PATH: "/usr/bin:/bin" }, ...identity });
  } finally {
    await rm(passwordFile, { force: true });
  }
};

/** Makes the data directory unless it is one. It appears whole: initdb works beside it and the result is renamed. */
export const ensureDataDirectory = async (
  options: DataDirectoryOptions,
  use: { readonly account: ServerAccount; readonly binaries: PostgresBinaries },
): Promise<void> => {
  const { directory } = options;
  if (existsSync(path.join(directory, "PG_VERSION"))) return;
  if (existsSync(directory)) {
    if ((await readdir(directory)).length > 0)
      throw new Error(`${directory} holds something that is not a Postgres data directory; it is left as it is.`);
    await rmdir(directory);
  }
  const target = `${directory}.new-${process.pid}`;
  try {
    await makeIn(target, options, use);
    await rename(target, directory);
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw new Error(`Postgres could not make its data directory ${directory}: ${String(error)}`, { cause: error });
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** True when the process may be a Postgres server. Elsewhere than on Linux any living process may be. */
const mayBePostgres = async (pid: number): Promise<boolean> => {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  const program = await readlink(`/proc/${pid}/exe`).catch(() => "");
  return path.basename(program).startsWith("postgres");
};

const endingServerMs = 10_000;
const pollMs = 50;

/**
 * Removes a postmaster.pid that a server left when it was killed, also when its process id now belongs to another
 * program. A server that is just ending (its supervisor was killed a moment ago) is waited for.
 *
 * @throws Error when a server still runs on the directory.
 */
export const clearStaleLock = async (directory: string): Promise<void> => {
  const lockFile = path.join(directory, "postmaster.pid");
  const givenUpAt = Date.now() + endingServerMs;
  for (;;) {
    const text = await readFile(lockFile, "utf8").catch(() => undefined);
    if (text === undefined) return;
    const pid = Number.parseInt(text, 10);
    if (!(pid > 0 && (await mayBePostgres(pid)))) return rm(lockFile, { force: true });
    if (Date.now() > givenUpAt)
      throw new Error(`Another Postgres (process ${pid}) already runs on the data directory ${directory}.`);
    await delay(pollMs);
  }
};
