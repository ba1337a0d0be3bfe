import { api } from "@hivesync/contracts/api";
import type { Endpoint } from "@hivesync/contracts/endpoint";
import type { AppRouter } from "@hivesync/contracts/router-type";
import {
  createTRPCClientProxy,
  httpBatchLink,
  httpLink,
  splitLink,
  TRPCUntypedClient,
  type HTTPLinkOptions,
  type OperationContext,
  type TRPCClient,
  type TRPCRequestOptions,
} from "@trpc/client";
import { isHiveSyncError } from "#errors.ts";
import { withDeadline } from "./deadline.ts";
import { readFailure, unreadableAnswer } from "./read-failure.ts";
import { withRetries, type RetryPolicy } from "./retry.ts";
import type { Route, Routes } from "./route.ts";
import { subscribe } from "./subscribe.ts";

/**
 * The typed client: every endpoint by its name, `query`, `mutate` or `subscribe`.
 *
 * @example
 * const countProjects = async (api: HiveSyncApi) => (await api.projects.list.query({ limit: 100 })).items.length;
 */
export type HiveSyncApi = TRPCClient<AppRouter>;

export interface RpcOptions {
  routes: Routes;
  /** Per try. */
  timeoutMs: number;
  retry: RetryPolicy;
}

interface Call {
  kind: "query" | "mutation";
  path: string;
  input: unknown;
  signal: AbortSignal | undefined;
  context: OperationContext;
}

// The server's own limit.
const maxBatchItems = 20;
// Proxies in front of the server refuse longer ones, some from 8 KiB on.
const maxUrlLength = 8_000;

/** Makes the typed client: the caller's token, renewed when it has expired, Idempotency-Keys, deadlines, retries and the SDK's errors. */
export function createRpcClient(options: RpcOptions): HiveSyncApi {
  return createTRPCClientProxy<AppRouter>(new RpcClient(options));
}

class RpcClient extends TRPCUntypedClient<AppRouter> {
  readonly #options: RpcOptions;
  #asking: { size: number } | undefined;
  readonly #clients = new WeakMap<Route, TRPCUntypedClient<AppRouter>>();

  constructor(options: RpcOptions) {
    // Each way to the API has links of its own.
    super({ links: [] });
    this.#options = options;
  }

  override query(path: string, input?: unknown, { signal, context = {} }: TRPCRequestOptions = {}): Promise<unknown> {
    return this.#call({ kind: "query", path, input, signal, context });
  }

  override mutation(
    path: string,
    input?: unknown,
    { signal, context = {} }: TRPCRequestOptions = {},
  ): Promise<unknown> {
    // One key for all tries of a call, by whichever way: however often it arrives, it happens once.
    const key = isAuth(path) ? {} : { idempotencyKey: crypto.randomUUID() };
    return this.#call({ kind: "mutation", path, input, signal, context: { ...key, ...context } });
  }

  override subscription(...[path, input, observer]: Parameters<TRPCUntypedClient<AppRouter>["subscription"]>) {
    return subscribe({ ...this.#options, name: path, input }, observer);
  }

  #call(call: Call): Promise<unknown> {
    const { retry } = this.#options;
    const policy = isSafeToRepeat(call.path) ? retry : { ...retry, maxAttempts: 1 };
    return withRetries(() => this.#callByAnyRoute(call), { policy, signal: call.signal });
  }

  /** The same call goes direct at once when the other way is gone: under its key it happens once. */
  async #callByAnyRoute(call: Call): Promise<unknown> {
    const { routes } = this.#options;
    const route = await routes.choose({ name: call.path, kind: call.kind });
    try {
      return await this.#callAsUser(call, route);
    } catch (error) {
      if (route === routes.direct || call.signal?.aborted === true || !routes.isLost(route, error)) throw error;
      return this.#callAsUser(call, routes.direct);
    }
  }

  async #callAsUser(call: Call, route: Route): Promise<unknown> {
    const { tokens } = route;
    if (isPublic(call.path) && route.kind === "direct") return this.#send(call, route, undefined);
    const within = { timeoutMs: this.#options.timeoutMs, signal: call.signal };
    const token = await withDeadline(() => tokens.accessToken(), within);
    try {
      return await this.#send(call, route, token);
    } catch (error) {
      if (token === undefined || !isHiveSyncError(error)) throw error;
      const { code } = error;
      if (code !== "AUTH_EXPIRED" && code !== "AUTH_INVALID") throw error;
      const replacement = await withDeadline(() => tokens.replacement(token, code), within);
      if (replacement === undefined) throw error;
      return this.#send(call, route, replacement);
    }
  }

  async #send(call: Call, route: Route, accessToken: string | undefined): Promise<unknown> {
    const { kind, path, input, signal } = call;
    const context = kind === "query" ? { ...call.context, isAlone: await this.#isAlone() } : call.context;
    const client = this.#clientOf(route);
    const send = (either: AbortSignal): Promise<unknown> => {
      const options = { signal: either, context: { ...context, accessToken } };
      const sent = kind === "query" ? client.query(path, input, options) : client.mutation(path, input, options);
      return sent.catch((error: unknown) => {
        throw readFailure(error, endpointOf(path)?.rate);
      });
    };
    return withDeadline(send, { timeoutMs: this.#options.timeoutMs, signal });
  }

  /**
   * Whether no other query is asked at the same time. A batch waits for a turn of the event loop for others to come, which costs a lone query a
   * millisecond: more than all else that the SDK does.
   */
  async #isAlone(): Promise<boolean> {
    const group = (this.#asking ??= { size: 0 });
    group.size += 1;
    // Those who ask at the same time come to here one after the other before the first of them goes on.
    await Promise.resolve();
    this.#asking = undefined;
    return group.size === 1;
  }

  #clientOf(route: Route): TRPCUntypedClient<AppRouter> {
    const known = this.#clients.get(route);
    if (known) return known;
    const made = new TRPCUntypedClient<AppRouter>({ links: [linkTo(route)] });
    this.#clients.set(route, made);
    return made;
  }
}

type LinkFetch = NonNullable<HTTPLinkOptions<AppRouter["_def"]["_config"]["$types"]>["fetch"]>;

function linkTo(route: Route): ReturnType<typeof splitLink<AppRouter>> {
  const url = `${route.url}/trpc`;
  const fetchJson: LinkFetch = async (input, init) => {
    // A redirect would carry passwords and tokens to wherever it points.
    const response = await route.fetch(input, { ...(init as RequestInit), redirect: "error" });
    if (response.headers.get("content-type")?.includes("json")) return response;
    await response.body?.cancel();
    throw unreadableAnswer(response);
  };
  return splitLink<AppRouter>({
    condition: ({ type, context }) => type === "mutation" || context["isAlone"] === true,
    true: httpLink({ url, fetch: fetchJson, headers: ({ op }) => headersOf(route, [op.context]) }),
    false: httpBatchLink({
      url,
      fetch: fetchJson,
      maxItems: maxBatchItems,
      maxURLLength: maxUrlLength,
      headers: ({ opList }) =>
        headersOf(
          route,
          opList.map((operation) => operation.context),
        ),
    }),
  });
}

// In a batch the public calls have no token, and a call that was sent again has the newest.
function headersOf(route: Route, contexts: readonly OperationContext[]): Record<string, string> {
  const token = contexts.findLast((context) => typeof context["accessToken"] === "string")?.["accessToken"];
  const key = contexts.at(-1)?.["idempotencyKey"];
  return {
    ...route.headers,
    ...(typeof token === "string" ? { authorization: `Bearer ${token}` } : {}),
    ...(typeof key === "string" ? { "idempotency-key": key } : {}),
  };
}

function isAuth(path: string): boolean {
  return path.startsWith("auth.");
}

// A sign-in that is tried again counts as another wrong password; asking for health again hides what was asked for.
function isSafeToRepeat(path: string): boolean {
  if (path.startsWith("health.")) return false;
  return !isAuth(path) || path === "auth.refresh" || path === "auth.me";
}

function isPublic(path: string): boolean {
  return endpointOf(path)?.access.kind === "public";
}

function endpointOf(path: string): Pick<Endpoint, "access" | "rate"> | undefined {
  const [resource = "", name = ""] = path.split(".");
  const endpoints: Readonly<Record<string, Readonly<Record<string, Pick<Endpoint, "access" | "rate">>>>> = api;
  return endpoints[resource]?.[name];
}
