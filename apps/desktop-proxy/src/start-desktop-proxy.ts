import { createServer as createHttpServer, type Server, type ServerOptions } from "node:http";
import path from "node:path";
import { defaultDesktopPort, type DesktopOutput } from "@hivesync/contracts/desktop";
import { createUnreadable } from "@hivesync/platform/http/answer-unreadable";
import { newSecret } from "@hivesync/platform/ids";
import type { Logger, LogLevel } from "@hivesync/platform/logger";
import type { CredentialStore } from "@hivesync/sdk";
import { discoveryPath, runtimeFolder } from "@hivesync/sdk/desktop/runtime-folder";
import { parseBaseUrl } from "@hivesync/sdk/internal/base-url";
import { configFolder } from "@hivesync/sdk/internal/node/config-folder";
import { readNodeEnvironment } from "@hivesync/sdk/internal/node/env";
import { createCredentialStore } from "@hivesync/sdk/node";
import { Agent } from "undici";
import packageJson from "../package.json" with { type: "json" };
import { Account } from "#account.ts";
import type { Deps } from "#deps.ts";
import { claimDiscovery, type Claim } from "#discovery/claim-discovery.ts";
import { LinkedFolders } from "#folders/linked-folders.ts";
import { Connections } from "#http/connections.ts";
import { listenOnLoopback } from "#http/listen-on-loopback.ts";
import { createRequestLimits, defaultLimits, type LimitNumbers } from "#http/request-limits.ts";
import { openLog, type DesktopLog } from "#log/open-log.ts";
import { status } from "#routes/status.ts";
import { createServer } from "#server.ts";

export { AlreadyRunningError } from "#discovery/claim-discovery.ts";

/** How long others may take. */
interface TimeoutNumbers {
  /** A client, to send a request. */
  requestMs: number;
  /** The API, to begin its answer, on top of the time that it gives itself. */
  networkMs: number;
}

const defaultTimeouts: TimeoutNumbers = { requestMs: 60_000, networkMs: 10_000 };

/** How a Desktop is started. */
export interface DesktopProxyOptions {
  /** Where the API is, spelled as clients spell their `baseUrl`. `http:` only on loopback. */
  upstream: string;
  /** 4783 unless given; any other that is free when it is taken, or for 0. */
  port?: number;
  /** Where clients find it. The user's runtime folder unless given. */
  runtimeDirectory?: string;
  /** Where links and the log are kept. `hivesync/desktop` in the user's configuration folder unless given. */
  dataDirectory?: string;
  /** Where the log lies. `logs` in `dataDirectory` unless given. */
  logDirectory?: string;
  logLevel?: LogLevel;
  /** Given each line of the log too, without secrets. */
  onLogLine?: (line: string) => void;
  /** Where the login is kept: `createCredentialStore()` of the SDK unless given, the one that `hivesync login` writes. */
  credentials?: CredentialStore;
  /** How many requests are taken in ten seconds. */
  limits?: LimitNumbers;
  /** Longest times, in milliseconds. */
  timeouts?: Partial<TimeoutNumbers>;
  /** Called when another Desktop has taken the place of this one, which clients do not find any more. It should be closed then. */
  onReplaced?: () => void;
}

/** A Desktop that runs. */
export interface DesktopProxy {
  readonly port: number;
  readonly upstream: string;
  readonly log: Logger;
  readonly logFile: string;
  /** What it is doing, as its status route tells. */
  status: () => Promise<DesktopOutput<"status">>;
  /** Stops being found, answers what waits, and ends. */
  close: () => Promise<void>;
}

const keepClaimMs = 2_000;
const drainMs = 5_000;

const headMs = 10_000;
const idleMs = 60_000;
const checkMs = 5_000;

function serverTimeouts({ requestMs }: TimeoutNumbers): ServerOptions {
  return {
    requestTimeout: requestMs,
    headersTimeout: Math.min(headMs, requestMs),
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: Math.min(checkMs, requestMs),
  };
}

interface Places {
  discovery: string;
  links: string;
  logs: string;
  /** Part of what lies in them: Desktops for several APIs share folders. */
  name: string;
}

function findPlaces(options: DesktopProxyOptions, upstream: string): Places {
  const environment = readNodeEnvironment();
  const discovery = discoveryPath(options.runtimeDirectory ?? runtimeFolder(environment), upstream);
  const data = options.dataDirectory ?? path.join(configFolder(environment), "hivesync", "desktop");
  const name = path.basename(discovery, ".json");
  return {
    discovery,
    links: path.join(data, `${name}-links.json`),
    logs: options.logDirectory ?? path.join(data, "logs"),
    name,
  };
}

async function createDeps(options: DesktopProxyOptions, places: Places, opened: DesktopLog): Promise<Deps> {
  const upstream = parseBaseUrl(options.upstream);
  const credentials = options.credentials ?? (await createCredentialStore());
  const { log, file: logFile } = opened;
  return {
    version: packageJson.version,
    upstream,
    token: newSecret(),
    address: { port: 0 },
    startedAt: new Date().toISOString(),
    log,
    logFile,
    account: new Account({ upstream, credentials, log }),
    credentials: credentials.kind,
    folders: await LinkedFolders.open(places.links),
    dispatcher: new Agent({ connect: { timeout: 5_000 }, keepAliveTimeout: 10_000 }),
    limits: createRequestLimits(options.limits ?? defaultLimits),
    networkMs: { ...defaultTimeouts, ...options.timeouts }.networkMs,
  };
}

function serverMaker(
  app: Awaited<ReturnType<typeof createServer>>,
  connections: Connections,
  timeouts: TimeoutNumbers,
): () => Server {
  return () => {
    const unreadable = createUnreadable();
    const server = createHttpServer(serverTimeouts(timeouts), (request, response) => app.routing(request, response));
    server.maxConnections = 1_024;
    server.on("clientError", unreadable.answer);
    unreadable.attachTo(server);
    connections.watch(server);
    return server;
  };
}

/** Looks from time to time whether the place is still held. */
function keepClaim(claim: Claim, deps: Deps, onReplaced: (() => void) | undefined): NodeJS.Timeout {
  const look = async (): Promise<void> => {
    if (await claim.keep()) return;
    clearInterval(timer);
    deps.log.warn("replaced", { port: deps.address.port });
    onReplaced?.();
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => deps.log.warn("discovery_not_kept", { error }));
  }, keepClaimMs);
  return timer.unref();
}

interface Running {
  deps: Deps;
  opened: DesktopLog;
  connections: Connections;
  servers: Server[];
  app: Awaited<ReturnType<typeof createServer>>;
}

async function end({ deps, opened, connections, servers, app }: Running): Promise<void> {
  for (const server of servers) server.close();
  await connections.drain(drainMs);
  await app.close();
  deps.folders.close();
  await deps.dispatcher.destroy();
  deps.log.info("stopped", {});
  await opened.close();
}

async function listen(options: DesktopProxyOptions, places: Places, opened: DesktopLog): Promise<Running> {
  const deps = await createDeps(options, places, opened);
  const app = await createServer(deps);
  const connections = new Connections();
  deps.account.onChange(() => connections.renew());
  await deps.account.look();
  const makeServer = serverMaker(app, connections, { ...defaultTimeouts, ...options.timeouts });
  const { port, servers } = await listenOnLoopback(options.port ?? defaultDesktopPort, makeServer);
  deps.address.port = port;
  return { deps, opened, connections, servers, app };
}

/**
 * Starts the Desktop: the way of plugins and programs on this machine to the API, with its own login.
 *
 * @throws AlreadyRunningError when one for the same API runs; TypeError when `upstream` is not `https:` (or `http:` on loopback).
 *
 * @example
 * // In the main process of an Electron application.
 * const desktop = await startDesktopProxy({ upstream: "https://hivesync.example.com" });
 * app.on("before-quit", () => void desktop.close());
 */
export async function startDesktopProxy(options: DesktopProxyOptions): Promise<DesktopProxy> {
  const upstream = parseBaseUrl(options.upstream);
  const places = findPlaces(options, upstream);
  const { logLevel: level = "info", onLogLine: onLine } = options;
  const opened = await openLog({ directory: places.logs, name: `${places.name}.log`, level, onLine });
  const running = await listen(options, places, opened);
  const { deps } = running;
  const { port } = deps.address;
  try {
    const file = { version: 1, port, pid: process.pid, token: deps.token, upstream } as const;
    const claim = await claimDiscovery(places.discovery, file);
    const timer = keepClaim(claim, deps, options.onReplaced);
    deps.log.info("listening", { port, upstream, version: deps.version, credentials: deps.credentials });
    return {
      port,
      upstream,
      log: deps.log,
      logFile: deps.logFile,
      status: () => status({ deps, input: {}, signal: new AbortController().signal }),
      close: async () => {
        clearInterval(timer);
        await claim.release();
        await end(running);
      },
    };
  } catch (error) {
    await end(running);
    throw error;
  }
}
