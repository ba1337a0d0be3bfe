import { desktopPrefix, type DesktopOutput } from "@hivesync/contracts/desktop";
import { parseBaseUrl } from "#base-url.ts";
import type { CallOptions } from "#call-options.ts";
import { readNodeEnvironment } from "#node/env.ts";
import type { Route } from "#transport/route.ts";
import { askDesktop } from "./ask-desktop.ts";
import { DesktopAgent, probeDesktop } from "./desktop-connection.ts";
import { createDesktopFetch } from "./desktop-fetch.ts";
import { readDiscovery } from "./discovery.ts";
import { discoveryPath, runtimeFolder } from "./runtime-folder.ts";

/**
 * What a running Desktop says of itself: process, account, linked folders, where its log is.
 *
 * @example
 * const { account, folders }: DesktopStatus = await desktop.status();
 */
export type DesktopStatus = DesktopOutput<"status">;

/**
 * A HiveSync Desktop that runs on this machine, for a tool that looks after it. Calls to the API need none of this: a client finds the Desktop by
 * itself.
 *
 * @example
 * const desktop = await openDesktop({ baseUrl: "https://hivesync.example.com" });
 * if (desktop) console.log((await desktop.status()).account?.username);
 */
export interface Desktop {
  /** @throws HiveSyncError when it refuses; NetworkError when it went away. */
  status(options?: CallOptions): Promise<DesktopStatus>;
  /** The newest lines of its log, oldest first; at most 1,000. @throws as {@link Desktop.status} does. */
  logs(options?: CallOptions & { lines?: number }): Promise<Record<string, unknown>[]>;
  /** Lets go of its connections. */
  close(): void;
}

// A tool that asks for the Desktop by name waits longer than a client that only wonders.
const probeTimeoutMs = 2_000;

/**
 * Finds the Desktop that forwards to `baseUrl`, whoever it is signed in as, and lets it prove itself. Undefined when none runs.
 *
 * @throws TypeError when `baseUrl` is not `https:` (or `http:` on loopback).
 *
 * @example
 * const desktop = await openDesktop({ baseUrl });
 * for (const line of (await desktop?.logs({ lines: 20 })) ?? []) console.log(line);
 */
export async function openDesktop(options: { baseUrl: string }): Promise<Desktop | undefined> {
  const upstream = parseBaseUrl(options.baseUrl);
  const discovery = await readDiscovery(discoveryPath(runtimeFolder(readNodeEnvironment()), upstream));
  if (discovery?.upstream !== upstream) return undefined;
  const probe = await probeDesktop(discovery, probeTimeoutMs).catch(() => undefined);
  if (probe?.upstream !== upstream) return undefined;
  const agent = new DesktopAgent(discovery, (now) => now.upstream === upstream);
  const route: Route = {
    kind: "desktop",
    url: `http://127.0.0.1:${discovery.port}${desktopPrefix}`,
    fetch: createDesktopFetch(discovery, agent),
    tokens: { accessToken: async () => discovery.token, replacement: async () => undefined },
    headers: {},
  };
  return {
    status: ({ signal } = {}) => askDesktop(route, { name: "status", input: {}, signal }),
    logs: async ({ lines, signal } = {}) => {
      const input = lines === undefined ? {} : { lines };
      return (await askDesktop(route, { name: "logs", input, signal })).lines;
    },
    close: () => agent.destroy(),
  };
}
