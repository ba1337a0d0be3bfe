import type { NotificationEvent } from "@hivesync/contracts/resources/notifications";
import { createAuth, type HiveSyncAuth } from "./auth.ts";
import { parseBaseUrl } from "./base-url.ts";
import { readEvents, type EventsOptions } from "./events.ts";
import { createMemoryStore, type CredentialStore } from "./session/credential-store.ts";
import { Session } from "./session/session.ts";
import { defaultRetryPolicy, type RetryPolicy } from "./transport/retry.ts";
import { directOnly, type Route, type Routes } from "./transport/route.ts";
import { createRpcClient, type HiveSyncApi } from "./transport/rpc-client.ts";
import { createDocs, type HiveSyncDocs } from "./docs/docs.ts";
import { createPreviews, type HiveSyncPreviews } from "./previews/previews.ts";
import { createRepos, type HiveSyncRepos } from "./repos/repos.ts";

/**
 * How a client is set up.
 *
 * @example
 * const options: HiveSyncOptions = { baseUrl: "https://hivesync.example.com", timeoutMs: 10_000 };
 */
export interface HiveSyncOptions {
  /** Where the API is, without `/api/v1`: `https://hivesync.example.com`. `http:` only on loopback. */
  baseUrl: string;
  /** Where the login is kept. Memory unless given; `@hivesync/sdk/node` has `createCredentialStore()`. */
  credentials?: CredentialStore;
  /** The platform's own unless given. */
  fetch?: typeof globalThis.fetch;
  /** Longest wait for an answer, each try counted by itself. 30,000 unless given. */
  timeoutMs?: number;
  /** How often and how fast what is safe to repeat is tried again. Four tries unless given. */
  retry?: Partial<RetryPolicy>;
}

/** What a client may be told besides, by what knows the machine that it runs on. */
export interface Surroundings {
  /** Other ways to the API than the direct one. */
  makeRoutes?: (direct: Route, session: Session) => Routes;
}

/**
 * A client of HiveSync.
 *
 * @example
 * const signOutOf = (hive: HiveSync) => hive.auth.logout();
 */
export interface HiveSync {
  /** Every endpoint, typed. Queries are batched; mutations carry an Idempotency-Key, so that trying again is safe. */
  readonly api: HiveSyncApi;
  readonly auth: HiveSyncAuth;
  readonly previews: HiveSyncPreviews;
  readonly docs: HiveSyncDocs;
  readonly repos: HiveSyncRepos;
  /**
   * What happens to the signed-in user, as it happens: notifications, and the progress of the user's own jobs. A connection that is cut is
   * opened again, and nothing is missed.
   *
   * @throws HiveSyncError AUTH_INVALID when nobody is signed in or the session has ended, RATE_LIMITED.
   *
   * @example
   * for await (const event of hive.events({ signal })) {
   *   if (event.type === "notification") show(event.notification);
   * }
   */
  events(options?: EventsOptions): AsyncGenerator<NotificationEvent>;
  /** How calls travel; only for diagnostics. */
  readonly mode: "direct" | "desktop";
  /** As given, spelled without a trailing slash. */
  readonly baseUrl: string;
}

/**
 * Makes a client. It sends nothing until it is asked to.
 *
 * @throws TypeError when `baseUrl` is not `https:` (or `http:` on loopback).
 *
 * @example
 * const hive = createHiveSync({ baseUrl: "https://hivesync.example.com" });
 * await hive.auth.login({ email, password });
 * const project = await hive.api.projects.create.mutate({ name: "Todo" });
 */
export function createHiveSync(options: HiveSyncOptions): HiveSync {
  return connect(options, {});
}

/** See {@link createHiveSync}. */
export function connect(options: HiveSyncOptions, { makeRoutes = directOnly }: Surroundings): HiveSync {
  const baseUrl = parseBaseUrl(options.baseUrl);
  const { credentials = createMemoryStore(), timeoutMs = 30_000 } = options;
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  const retry = { ...defaultRetryPolicy, ...options.retry };
  const session = new Session({
    baseUrl,
    store: credentials,
    refresh: (refreshToken) => api.auth.refresh.mutate({ refresh_token: refreshToken }),
  });
  const routes = makeRoutes({ kind: "direct", url: baseUrl, fetch, tokens: session, headers: {} }, session);
  const api = createRpcClient({ routes, timeoutMs, retry });
  return {
    api,
    events: (wanted = {}) => readEvents({ routes, timeoutMs, retry, ...wanted }),
    auth: createAuth(api, session),
    previews: createPreviews({ api, baseUrl, fetch, retry }),
    docs: createDocs({ api, baseUrl, fetch, retry }),
    repos: createRepos(api),
    get mode() {
      return routes.mode;
    },
    baseUrl,
  };
}
