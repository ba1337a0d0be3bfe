import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { startOnPort } from "./free-port.ts";
import { fetchWithApt, type AptRecipe } from "./apt/fetch-with-apt.ts";
import { findOnPath } from "./program.ts";
import { nativeEnvironment, runsHere, type RedisProgram } from "./redis/redis-program.ts";
import type { ProcessEnd } from "./spawn-tethered.ts";
import { startServer, type ServerCommand } from "./tether/start-server.ts";

export type { RedisProgram } from "./redis/redis-program.ts";

const dockerImage = "redis:7-alpine";
const dockerAnswerMs = 10_000;

/** Where {@link findRedisServer} keeps what it fetches, and whom it tells what it does. */
export interface FindRedisOptions {
  /** A folder for what is fetched; shared by all callers, also at the same time. */
  readonly cacheDirectory: string;
  /** Takes a sentence about a step that takes time. */
  readonly onProgress?: (text: string) => void;
}

const installHint =
  "There is no Redis to be had: install one (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), " +
  "start Docker, or point HIVESYNC_REDIS_URL at a running one.";

const serverNames = ["redis-server", "valkey-server"];

const recipe: Omit<AptRecipe<RedisProgram>, "onProgress"> = {
  what: "Redis",
  packages: serverNames,
  usefulPackage: /^(redis|valkey|lib|lua)/,
  find: async (folder, libraryPath) => {
    for (const name of serverNames) {
      const server = path.join(folder, "usr", "bin", name);
      if (await runsHere(server, libraryPath)) return { kind: "native", path: server, libraryPath };
    }
    return undefined;
  },
};

const runningDocker = async (): Promise<string | undefined> => {
  const docker = await findOnPath("docker");
  if (docker === undefined) return undefined;
  // The client alone is no use: `info` fails where no daemon answers.
  const answers = promisify(execFile)(docker, ["info"], { timeout: dockerAnswerMs }).then(
    () => true,
    () => false,
  );
  return (await answers) ? docker : undefined;
};

/**
 * Finds a server program: `redis-server` or `valkey-server` from PATH; else, on Debian and Ubuntu, fetched with apt and
 * unpacked below the cache directory (no root needed, no service started); else Docker.
 *
 * @throws Error that names the command to install one, when there is none of these.
 * @example
 * const program = await findRedisServer({ cacheDirectory: ".hivesync/cache/redis", onProgress: console.log });
 */
export const findRedisServer = async (options: FindRedisOptions): Promise<RedisProgram> => {
  const { cacheDirectory, onProgress = () => undefined } = options;
  for (const name of serverNames) {
    const found = await findOnPath(name);
    if (found !== undefined && (await runsHere(found))) return { kind: "native", path: found };
  }
  let aptFailure: unknown;
  const fetched = await fetchWithApt(path.resolve(cacheDirectory), { ...recipe, onProgress }).catch(
    (error: unknown) => {
      aptFailure = error;
      return undefined;
    },
  );
  if (fetched !== undefined) return fetched;
  const docker = await runningDocker();
  if (docker !== undefined) return { kind: "docker", path: docker, image: dockerImage };
  throw new Error(installHint, { cause: aptFailure });
};

/** How {@link startRedis} runs its server. */
export interface RedisOptions {
  /** What {@link findRedisServer} found. */
  readonly program: RedisProgram;
  /** The data directory; made where there is none. */
  readonly directory: string;
  /** The TCP port on 127.0.0.1; 0 for any free one. */
  readonly port: number;
  readonly password?: string;
  /** True: every write is kept in an append-only file. False: the directory is removed by `stop()`. */
  readonly persistent: boolean;
  readonly onLog?: (line: string) => void;
}

/** A server that {@link startRedis} started. */
export interface RunningRedis {
  /** The connection URL; it holds the password, if there is one. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  readonly exited: Promise<ProcessEnd>;
  readonly stop: () => Promise<void>;
}

const configuration = (options: RedisOptions, place: { bind: string; port: number; directory: string }): string =>
  [
    `bind ${place.bind}`,
    `port ${place.port}`,
    `dir ${JSON.stringify(place.directory)}`,
    // BullMQ's jobs must never be evicted.
    "maxmemory-policy noeviction",
    'save ""',
    `appendonly ${options.persistent ? "yes" : "no"}`,
    `protected-mode ${place.bind === "127.0.0.1" ? "yes" : "no"}`,
    ...(options.password === undefined ? [] : [`requirepass ${JSON.stringify(options.password)}`]),
    "",
  ].join("\n");

/** The password goes into a file, not onto the command line, where every user of the machine could read it. */
const prepare = async (options: RedisOptions, port: number): Promise<Pick<ServerCommand, "command" | "args">> => {
  const { program } = options;
  const directory = path.resolve(options.directory);
  const file = path.join(directory, "redis.conf");
  const place =
    program.kind === "docker"
      ? { bind: "0.0.0.0", port: 6379, directory: "/data" }
      : { bind: "127.0.0.1", port, directory };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(file, configuration(options, place), { mode: 0o600 });
  if (program.kind === "native") return { command: program.path, args: [file] };
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const container = ["run", "--rm", "--user", user, "-p", `127.0.0.1:${port}:6379`, "-v", `${directory}:/data`];
  return { command: program.path, args: [...container, program.image, "redis-server", "/data/redis.conf"] };
};

/**
 * Starts Redis, reachable on 127.0.0.1 only. It ends with this process, also when this process is killed.
 *
 * @throws Error with the server's own words when it cannot start (the port is taken, say).
 * @example
 * const redis = await startRedis({ program, directory: ".hivesync/redis", port: 0, persistent: true });
 * await redis.stop();
 */
export const startRedis = (options: RedisOptions): Promise<RunningRedis> =>
  startOnPort(options.port, async (port) => {
    const { program, password, persistent, directory, onLog } = options;
    const server = await startServer({
      what: "Redis",
      ...(await prepare(options, port)),
      options: { graceMs: 10_000, ...(program.kind === "native" && { env: nativeEnvironment(program.libraryPath) }) },
      ready: /Ready to accept connections/,
      onLog,
    });
    const credentials = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
    return {
      url: `redis://${credentials}127.0.0.1:${port}`,
      port,
      pid: server.pid,
      exited: server.exited,
      stop: async () => {
        await server.stop();
        if (!persistent) await rm(directory, { recursive: true, force: true });
      },
    };
  });
