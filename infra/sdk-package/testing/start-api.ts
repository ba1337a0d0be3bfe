import { freePort } from "@hivesync/dev-services/free-port";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import { createTestStack } from "@hivesync/testing/test-stack";
import { appEntry, startProcess } from "#processes/start-process.ts";

/** API and worker as processes, open to the pages of one origin. */
export interface RunningApi extends AsyncDisposable {
  apiUrl: string;
}

/** @param origin - Whose pages may call. @param directory - Where the worker keeps what it needs. */
export async function startApi({ origin, directory }: { origin: string; directory: string }): Promise<RunningApi> {
  const stack = await createTestStack();
  const port = await freePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  const shared = { HIVESYNC_LOG_LEVEL: "info" };
  const processes = await Promise.all([
    startProcess({
      name: "api",
      command: [process.execPath, appEntry("api")],
      environment: {
        ...stackEnvironment(stack, "api"),
        ...shared,
        HIVESYNC_API_PORT: String(port),
        HIVESYNC_PUBLIC_URL: apiUrl,
        HIVESYNC_CORS_ORIGINS: origin,
        HIVESYNC_UNLIMITED_LOOPBACK: "true",
      },
      isReady: (line) => line.includes('"listening"'),
    }),
    startProcess({
      name: "worker-cpu",
      command: [process.execPath, appEntry("worker-cpu")],
      environment: {
        ...stackEnvironment(stack, "worker"),
        ...shared,
        HIVESYNC_API_URL: apiUrl,
        HIVESYNC_WORKER_DATA_DIRECTORY: directory,
      },
      isReady: (line) => line.includes('"worker_started"'),
    }),
  ]);
  return {
    apiUrl,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(processes.map((child) => child.stop()));
      await stack[Symbol.asyncDispose]();
    },
  };
}
