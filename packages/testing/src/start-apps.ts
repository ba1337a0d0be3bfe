import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@hivesync/dev-services/free-port";
import { spawnTethered, type TetheredProcess } from "@hivesync/dev-services/spawn-tethered";
import { importLoopbackNames } from "./import-loopback-names.ts";
import { stackEnvironment } from "./stack-environment.ts";
import { createTestStack } from "./test-stack.ts";
import { waitUntil } from "./wait-until.ts";

const appFile = (name: string): string => fileURLToPath(new URL(`../../../apps/${name}/src/main.ts`, import.meta.url));
// Framework runtimes are named by what they are built from, so one folder serves every run.
const runtimesDirectory = fileURLToPath(new URL("../../../.hivesync/cache/test-runtimes", import.meta.url));

/** An API that answers, with a worker behind it. */
export interface RunningApps extends AsyncDisposable {
  apiUrl: string;
}

/** How the worker behind an API is started. */
export interface WorkerOptions {
  /** Settings besides those of the stack. */
  environment?: Readonly<Record<string, string>>;
  /** Names that are this machine's for it, as a git server's that a test starts. */
  loopbackNames?: readonly string[];
}

/**
 * Starts API and worker as processes, on a stack of their own.
 *
 * @param apiEnvironment - Settings of the API besides those of the stack.
 *
 * @example
 * const apps = await startApps();
 * afterAll(() => apps[Symbol.asyncDispose]());
 */
export async function startApps(
  apiEnvironment: Readonly<Record<string, string>> = {},
  worker: WorkerOptions = {},
): Promise<RunningApps> {
  const stack = await createTestStack();
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-apps-"));
  const port = await freePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  await mkdir(runtimesDirectory, { recursive: true });
  await symlink(runtimesDirectory, path.join(directory, "runtimes"));
  const shared = { HIVESYNC_LOG_LEVEL: "error" };
  const processes = await Promise.all([
    start("api", {
      ...stackEnvironment(stack, "api"),
      ...shared,
      HIVESYNC_API_PORT: String(port),
      HIVESYNC_PUBLIC_URL: apiUrl,
      HIVESYNC_UNLIMITED_LOOPBACK: "true",
      ...apiEnvironment,
    }),
    start(
      "worker-cpu",
      {
        ...stackEnvironment(stack, "worker"),
        ...shared,
        HIVESYNC_API_URL: apiUrl,
        HIVESYNC_WORKER_DATA_DIRECTORY: directory,
        ...worker.environment,
      },
      importLoopbackNames(worker.loopbackNames),
    ),
  ]);
  const isReady = async (): Promise<boolean> =>
    (await fetch(`${apiUrl}/health/deep`).catch(() => undefined))?.ok === true;
  await waitUntil(isReady, Boolean, { seconds: 50 });
  return {
    apiUrl,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(processes.map((process) => process.stop()));
      await rm(directory, { recursive: true, force: true });
      await stack[Symbol.asyncDispose]();
    },
  };
}

function start(
  name: string,
  environment: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Promise<TetheredProcess> {
  const argv = [...nodeOptions, appFile(name)];
  return spawnTethered(process.execPath, argv, { env: environment, output: "ignore", graceMs: 15_000 });
}
