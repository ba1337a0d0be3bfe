import { createAuth, type HiveSyncAuth } from "./auth.ts";
import { parseBaseUrl } from "./base-url.ts";
import { createMemoryStore, type CredentialStore } from "./session/credential-store.ts";
import { Session } from "./session/session.ts";
import { defaultRetryPolicy, type RetryPolicy } from "./transport/retry.ts";
import { createRpcClient, type HiveSyncApi } from "./transport/rpc-client.ts";
import { createPreviews, type HiveSyncPreviews } from "./previews/previews.ts";

/** How a client is set up. */
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

/** A client of HiveSync. */
export interface HiveSync {
  /** Every endpoint, typed. Queries are batched; mutations carry an Idempotency-Key, so that trying again is safe. */
  readonly api: HiveSyncApi;
  readonly auth: HiveSyncAuth;
  readonly previews: HiveSyncPreviews;
  /** How calls travel; only for diagnostics. */
  readonly mode: "direct";
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
  const baseUrl = parseBaseUrl(options.baseUrl);
  const { credentials = createMemoryStore(), timeoutMs = 30_000 } = options;
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  const retry = { ...defaultRetryPolicy, ...options.retry };
  const session = new Session({
    baseUrl,
    store: credentials,
    refresh: (refreshToken) => api.auth.refresh.mutate({ refresh_token: refreshToken }),
  });
  const api = createRpcClient({ baseUrl, fetch, timeoutMs, retry, tokens: session });
  return {
    api,
    auth: createAuth(api, session),
    previews: createPreviews({ api, baseUrl, fetch, retry }),
    mode: "direct",
    baseUrl,
  };
}
