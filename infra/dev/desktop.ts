import path from "node:path";
import { desktopPrefix } from "@hivesync/contracts/desktop";
import { readDiscovery } from "@hivesync/sdk/desktop/discovery";
import { discoveryPath, runtimeFolder } from "@hivesync/sdk/desktop/runtime-folder";
import { readNodeEnvironment } from "@hivesync/sdk/internal/node/env";
import { startApp } from "./app-process.ts";
import { repositoryRoot } from "./env.ts";
import type { StackContext } from "./stack-context.ts";

/** Starts the Desktop for the API of this stack, where programs of this user find it. Returns its address. */
export async function provideDesktop(context: StackContext, apiUrl: string): Promise<string> {
  const { env, directory, report, supervisor } = context;
  const discovery = discoveryPath(runtimeFolder(readNodeEnvironment(env.inherited)), apiUrl);
  let port = env.HIVESYNC_DESKTOP_PORT;
  const start = () =>
    startApp({
      name: "desktop-proxy",
      main: path.join(repositoryRoot, "apps", "desktop-proxy", "src", "main.ts"),
      log: context.logOf("desktop-proxy"),
      graceMs: 8_000,
      // It tells where it is once it answers there.
      isReady: async (pid) => {
        const found = await readDiscovery(discovery);
        if (found?.pid !== pid) return false;
        port = found.port;
        return true;
      },
      env: {
        HIVESYNC_DESKTOP_DIRECTORY: path.join(directory, "desktop-proxy"),
        ...env.inherited,
        HIVESYNC_API_URL: apiUrl,
        HIVESYNC_DESKTOP_PORT: String(port),
      },
    });
  await report.step("desktop-proxy", () => supervisor.run("desktop-proxy", start));
  return `http://localhost:${port}${desktopPrefix}`;
}
