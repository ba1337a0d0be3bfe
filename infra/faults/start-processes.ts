import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@hivesync/dev-services/free-port";
import { importLoopbackNames } from "@hivesync/testing/import-loopback-names";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import type { TestStack } from "@hivesync/testing/test-stack";
import { appEntry, startProcess, type OurProcess } from "#processes/start-process.ts";

/** API and workers as processes of their own, on the services of a test stack. */
export interface Processes extends AsyncDisposable {
  apiUrl: string;
  startApi: () => Promise<OurProcess>;
  /** A worker of the CPU queues unless told otherwise; one of the GPU queues works in software. */
  startWorker: (kind?: "cpu" | "gpu") => Promise<OurProcess>;
  /** Every line that any of them printed. */
  logLines: () => string[];
}

/** Settings of processes besides those of the stack. */
export interface ProcessSettings {
  api?: Readonly<Record<string, string>>;
  worker?: Readonly<Record<string, string>>;
  /** Names that are this machine's for workers, as a git server's that a test starts. */
  loopbackNames?: readonly string[];
}

/**
 * Makes ready to start processes on a stack; ends those that are left when disposed.
 *
 * @param stack - Its addresses may point to services of the test's own.
 * @param workerLockMs - How long a job stays with a worker that gives no sign of life.
 */
export async function prepareProcesses(
  stack: TestStack,
  workerLockMs = 60_000,
  settings: ProcessSettings = {},
): Promise<Processes> {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-faults-"));
  const apiPort = await freePort();
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const started: OurProcess[] = [];

  const start = async (app: string, environment: Record<string, string>, isReady: (line: string) => boolean) => {
    const ours = await startProcess({
      name: app,
      command: [process.execPath, ...(app === "api" ? [] : importLoopbackNames(settings.loopbackNames)), appEntry(app)],
      environment: { HIVESYNC_LOG_LEVEL: "debug", ...environment },
      isReady,
    });
    started.push(ours);
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
          ...settings.api,
        },
        (line) => line.includes('"listening"'),
      ),
    startWorker: (kind = "cpu") =>
      start(
        `worker-${kind}`,
        {
          HIVESYNC_GPU: "software",
          HIVESYNC_SNAPSHOTS: "off",
          ...stackEnvironment(stack, "worker"),
          HIVESYNC_API_URL: apiUrl,
          HIVESYNC_WORKER_DATA_DIRECTORY: path.join(directory, `worker-${started.length}`),
          HIVESYNC_WORKER_LOCK_MS: String(workerLockMs),
          ...settings.worker,
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
