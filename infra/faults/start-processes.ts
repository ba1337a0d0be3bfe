import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@hivesync/dev-services/free-port";
import { spawnTethered, type TetheredProcess } from "@hivesync/dev-services/spawn-tethered";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import type { TestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { searchPath } from "./env.ts";

/** A process of ours that a test may end as it likes. */
interface OurProcess extends TetheredProcess {
  /** What it printed so far. */
  lines: string[];
  /** A signal straight to the process, as a crash would be. */
  kill: (signal: NodeJS.Signals) => void;
}

/** API and workers as processes of their own, on the services of a test stack. */
export interface Processes extends AsyncDisposable {
  apiUrl: string;
  startApi: () => Promise<OurProcess>;
  startWorker: () => Promise<OurProcess>;
  /** Every line that any of them printed. */
  logLines: () => string[];
}

const entry = (app: string): string => fileURLToPath(new URL(`../../apps/${app}/src/main.ts`, import.meta.url));

/**
 * Makes ready to start processes on a stack; ends those that are left when disposed.
 *
 * @param stack - Its addresses may point to services of the test's own.
 * @param workerLockMs - How long a job stays with a worker that gives no sign of life.
 */
export async function prepareProcesses(stack: TestStack, workerLockMs = 60_000): Promise<Processes> {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-faults-"));
  const apiPort = await freePort();
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const started: OurProcess[] = [];

  const start = async (app: string, environment: Record<string, string>, isReady: (line: string) => boolean) => {
    const lines: string[] = [];
    const child = await spawnTethered(process.execPath, [entry(app)], {
      env: { PATH: searchPath, HIVESYNC_LOG_LEVEL: "debug", ...environment },
      output: (line) => lines.push(line),
    });
    const ours: OurProcess = { ...child, lines, kill: (signal) => process.kill(child.pid, signal) };
    started.push(ours);
    const ready = waitUntil(
      () => lines,
      (printed) => printed.some(isReady),
    );
    const ended = child.exited.then(() => {
      throw new Error(`${app} ended at its start:\n${lines.slice(-10).join("\n")}`);
    });
    await Promise.race([ready, ended]);
    // Later ends are what tests are about.
    ended.catch(() => undefined);
    return ours;
  };
  return {
    apiUrl,
    startApi: () =>
      start(
        "api",
        {
          ...stackEnvironment(stack, "api"),
          HIVESYNC_API_PORT: String(apiPort),
          HIVESYNC_PUBLIC_URL: apiUrl,
          HIVESYNC_UNLIMITED_LOOPBACK: "true",
          HIVESYNC_CHECK_OUTPUT: "true",
        },
        (line) => line.includes('"listening"'),
      ),
    startWorker: () =>
      start(
        "worker-cpu",
        {
          ...stackEnvironment(stack, "worker"),
          HIVESYNC_API_URL: apiUrl,
          HIVESYNC_WORKER_DATA_DIRECTORY: path.join(directory, `worker-${started.length}`),
          HIVESYNC_WORKER_LOCK_MS: String(workerLockMs),
        },
        (line) => line.includes('"worker_started"'),
      ),
    logLines: () => started.flatMap(({ lines }) => lines),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((child) => child.stop()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
