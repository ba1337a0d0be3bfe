import { closeOnSignal } from "@hivesync/platform/shutdown";
import { readDesktopEnvironment } from "./env.ts";
import { AlreadyRunningError, startDesktopProxy, type DesktopProxy } from "./start-desktop-proxy.ts";

async function start(): Promise<DesktopProxy> {
  const env = readDesktopEnvironment();
  const { HIVESYNC_RUNTIME_DIRECTORY: runtime, HIVESYNC_DESKTOP_DIRECTORY: data, HIVESYNC_LOG_DIRECTORY: logs } = env;
  return startDesktopProxy({
    upstream: env.HIVESYNC_API_URL,
    port: env.HIVESYNC_DESKTOP_PORT,
    ...(runtime === undefined ? {} : { runtimeDirectory: runtime }),
    ...(data === undefined ? {} : { dataDirectory: data }),
    ...(logs === undefined ? {} : { logDirectory: logs }),
    logLevel: env.HIVESYNC_LOG_LEVEL,
    onLogLine: (line) => process.stdout.write(`${line}\n`),
    onReplaced: () => process.kill(process.pid, "SIGTERM"),
  });
}

const desktop = start();
closeOnSignal(desktop);
try {
  await desktop;
} catch (error) {
  if (!(error instanceof AlreadyRunningError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
