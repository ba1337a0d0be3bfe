import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@hivesync/dev-services/free-port";
import { spawnTethered, type TetheredProcess } from "@hivesync/dev-services/spawn-tethered";
import { createTestStack, type TestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";

const appFile = (name: string): string => fileURLToPath(new URL(`../../../${name}/src/main.ts`, import.meta.url));
// Framework runtimes are named by what they are built from, so one folder serves every run.
const runtimesDirectory = fileURLToPath(new URL("../../../../.hivesync/cache/test-runtimes", import.meta.url));

export interface RunningApps extends AsyncDisposable {
  apiUrl: string;
}

/** API and worker as processes, on a stack of their own. */
export async function startApps(): Promise<RunningApps> {
  const stack = await createTestStack();
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-cli-apps-"));
  const port = await freePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  await mkdir(runtimesDirectory, { recursive: true });
  await symlink(runtimesDirectory, path.join(directory, "runtimes"));
  const shared = sharedEnvironment(stack);
  const processes = await Promise.all([
    start("api", {
      ...shared,
      HIVESYNC_DATABASE_URL: stack.databaseUrls.api,
      HIVESYNC_MASTER_KEY: stack.masterKey,
      HIVESYNC_API_PORT: String(port),
      HIVESYNC_PUBLIC_URL: apiUrl,
      HIVESYNC_UNLIMITED_LOOPBACK: "true",
    }),
    start("worker-cpu", {
      ...shared,
      HIVESYNC_DATABASE_URL: stack.databaseUrls.worker,
      HIVESYNC_MAINTENANCE_DATABASE_URL: stack.databaseUrls.maintenance,
      HIVESYNC_API_URL: apiUrl,
      HIVESYNC_WORKER_DATA_DIRECTORY: directory,
    }),
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

function start(name: string, environment: Record<string, string>): Promise<TetheredProcess> {
  return spawnTethered(process.execPath, [appFile(name)], { env: environment, output: "ignore", graceMs: 15_000 });
}

function sharedEnvironment(stack: TestStack): Record<string, string> {
  return {
    HIVESYNC_REDIS_URL: stack.redisUrl,
    HIVESYNC_REDIS_PREFIX: stack.redisPrefix,
    HIVESYNC_S3_ENDPOINT: stack.storage.endpoint,
    HIVESYNC_S3_REGION: stack.storage.region,
    HIVESYNC_S3_BUCKET: stack.storage.bucket,
    HIVESYNC_S3_ACCESS_KEY_ID: stack.storage.accessKeyId,
    HIVESYNC_S3_SECRET_ACCESS_KEY: stack.storage.secretAccessKey,
    HIVESYNC_WORKER_SECRETS: stack.workerSecret,
    HIVESYNC_LOG_LEVEL: "error",
  };
}
