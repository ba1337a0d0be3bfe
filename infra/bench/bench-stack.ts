import path from "node:path";
import { freePort } from "@hivesync/dev-services/free-port";
import type { SharedServices } from "@hivesync/testing/shared-services";
import { createStack, type TestStack } from "@hivesync/testing/stack";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import postgres, { type Sql } from "postgres";
import { poll } from "#dev/poll.ts";
import { appEntry, startProcess, type OurProcess, type ProcessStart } from "#processes/start-process.ts";
import { insertCallers, type Caller } from "./callers.ts";
import type { Target } from "./load.ts";

/** How much a bench measures, and where. */
export interface Bench {
  services: SharedServices;
  rounds: number;
  /** Of one measurement under load. */
  seconds: number;
  /** A share of the rows and streams that a goal speaks of; 1 for what counts. */
  scale: number;
  /** Where the API's CPU profiles are written; none when absent. */
  profileDirectory?: string | undefined;
  say: (line: string) => void;
  /** Tells of each line of Postgres's log from now on. Answers how to stop it. */
  watchPostgresLog: (listener: (line: string) => void) => () => void;
}

/** A server that a row started. */
export interface RunningTarget extends Target {
  process: OurProcess;
}

/** A database, a Redis prefix and processes of one row alone. */
export interface BenchStack extends AsyncDisposable {
  /** The database as its superuser. */
  sql: Sql;
  stack: TestStack;
  /** Users who are signed in. To be asked for once. */
  insertCallers: (count: number) => Promise<Caller[]>;
  /** The API as it runs in production; Node's own options may be added. */
  startApi: (options?: { node?: readonly string[]; environment?: Record<string, string> }) => Promise<RunningTarget>;
  /** A worker of the CPU queues, once there is an API. */
  startWorker: (environment: Record<string, string>) => Promise<OurProcess>;
  /** Another server beside it. It prints a line with "listening" when it is ready. */
  startPeer: (
    commandAt: (port: number) => readonly [string, ...string[]],
    environment?: Record<string, string>,
  ) => Promise<RunningTarget>;
}

const healthyWithinMs = 20_000;

async function waitUntilHealthy({ origin, process: { exited, lines } }: RunningTarget): Promise<void> {
  const ended = new AbortController();
  void exited.then(() => ended.abort());
  const isHealthy = (): Promise<boolean> =>
    fetch(`${origin}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  if (await poll(isHealthy, { withinMs: healthyWithinMs, everyMs: 20, signal: ended.signal })) return;
  throw new Error(`${origin} has not become healthy:\n${lines.slice(-10).join("\n")}`);
}

/** As images set it. */
const productionEnvironment = (app: string): Record<string, string> => ({
  NODE_ENV: "production",
  NODE_COMPILE_CACHE: path.resolve(appEntry(app), "../../node_modules/.cache/compiled"),
});

function workerStart(stack: TestStack, environment: Record<string, string>): ProcessStart {
  return {
    name: "worker-cpu",
    command: [process.execPath, appEntry("worker-cpu")],
    environment: { ...stackEnvironment(stack, "worker"), ...productionEnvironment("worker-cpu"), ...environment },
    isReady: (line) => line.includes('"worker_started"'),
  };
}

/** Makes the stack of a row. Disposing ends what was started on it. */
export async function createBenchStack({ services, profileDirectory }: Bench): Promise<BenchStack> {
  const stack = await createStack(services);
  const sql = postgres(stack.databaseUrls.superuser, { max: 4, onnotice: () => undefined });
  const apiPort = await freePort();
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const started: OurProcess[] = [];
  const begin = async (process: ProcessStart): Promise<OurProcess> => {
    const ours = await startProcess(process);
    started.push(ours);
    return ours;
  };
  const profiling =
    profileDirectory === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${path.resolve(profileDirectory)}`];

  return {
    sql,
    stack,
    insertCallers: (count) => insertCallers(sql, { masterKey: stack.masterKey, issuer: apiUrl }, count),
    startApi: async ({ node = [], environment = {} } = {}) => {
      const api = await begin({
        name: "api",
        command: [process.execPath, ...profiling, ...node, appEntry("api")],
        environment: {
          ...stackEnvironment(stack, "api"),
          ...productionEnvironment("api"),
          HIVESYNC_API_PORT: String(apiPort),
          HIVESYNC_PUBLIC_URL: apiUrl,
          HIVESYNC_LOG_LEVEL: "error",
          ...environment,
        },
      });
      const target = { origin: apiUrl, pid: api.pid, process: api };
      await waitUntilHealthy(target);
      return target;
    },
    startWorker: (environment) => begin(workerStart(stack, { HIVESYNC_API_URL: apiUrl, ...environment })),
    startPeer: async (commandAt, environment = {}) => {
      const port = await freePort();
      const command = commandAt(port);
      const peer = await begin({
        name: `the peer ${command.join(" ")}`,
        command,
        environment: {
          PEER_PORT: String(port),
          PEER_DATABASE_URL: stack.databaseUrls.api,
          PEER_JWKS_URL: `${apiUrl}/.well-known/jwks.json`,
          PEER_ISSUER: apiUrl,
          ...environment,
        },
        isReady: (line) => line.includes("listening"),
      });
      return { origin: `http://127.0.0.1:${port}`, pid: peer.pid, process: peer };
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((child) => child.stop()));
      await sql.end();
      await stack[Symbol.asyncDispose]();
    },
  };
}
