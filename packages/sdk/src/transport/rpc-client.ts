import { api } from "@hivesync/contracts/api";
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

/** The typed client: every endpoint by its name, `query` or `mutate`. */
export type HiveSyncApi = TRPCClient<AppRouter>;

/** Who a call is made as. */
export interface CallerTokens {
  /** A token that is good for now, or `undefined` when nobody is signed in. */
  accessToken(): Promise<string | undefined>;
  /** After the server refused `token`: another one, or `undefined` when there is none to be had. */
  replacement(token: string, code: "AUTH_EXPIRED" | "AUTH_INVALID"): Promise<string | undefined>;
}

export interface RpcOptions {
  baseUrl: string;
  fetch: typeof fetch;
  /** Per try. */
  timeoutMs: number;
  retry: RetryPolicy;
  tokens: CallerTokens;
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

  constructor(options: RpcOptions) {
    super({ links: [linkTo(options)] });
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
    // One key for all tries of a call: however often it arrives, it happens once.
    const key = isAuth(path) ? {} : { idempotencyKey: crypto.randomUUID() };
    return this.#call({ kind: "mutation", path, input, signal, context: { ...key, ...context } });
  }

  #call(call: Call): Promise<unknown> {
    const { retry } = this.#options;
    const policy = isSafeToRepeat(call.path) ? retry : { ...retry, maxAttempts: 1 };
    return withRetries(() => this.#callAsUser(call), { policy, signal: call.signal });
  }

  async #callAsUser(call: Call): Promise<unknown> {
    const { tokens, timeoutMs } = this.#options;
    if (isPublic(call.path)) return this.#send(call, undefined);
    const within = { timeoutMs, signal: call.signal };
    const token = await withDeadline(() => tokens.accessToken(), within);
    try {
      return await this.#send(call, token);
    } catch (error) {
      if (token === undefined || !isHiveSyncError(error)) throw error;
      const { code } = error;
      if (code !== "AUTH_EXPIRED" && code !== "AUTH_INVALID") throw error;
      const replacement = await withDeadline(() => tokens.replacement(token, code), within);
      if (replacement === undefined) throw error;
      return this.#send(call, replacement);
    }
  }

  #send({ kind, path, input, signal, context }: Call, accessToken: string | undefined): Promise<unknown> {
    const send = (either: AbortSignal): Promise<unknown> => {
      const options = { signal: either, context: { ...context, accessToken } };
      const sent = kind === "query" ? super.query(path, input, options) : super.mutation(path, input, options);
      return sent.catch((error: unknown) => {
        throw readFailure(error);
      });
    };
    return withDeadline(send, { timeoutMs: this.#options.timeoutMs, signal });
  }
}

type LinkFetch = NonNullable<HTTPLinkOptions<AppRouter["_def"]["_config"]["$types"]>["fetch"]>;

function linkTo({ baseUrl, fetch }: RpcOptions): ReturnType<typeof splitLink<AppRouter>> {
  const url = `${baseUrl}/trpc`;
  const fetchJson: LinkFetch = async (input, init) => {
    // A redirect would carry passwords and tokens to wherever it points.
    const response = await fetch(input, { ...(init as RequestInit), redirect: "error" });
    if (response.headers.get("content-type")?.includes("json")) return response;
    await response.body?.cancel();
    throw unreadableAnswer(response);
  };
  return splitLink<AppRouter>({
    condition: (operation) => operation.type === "mutation",
    true: httpLink({ url, fetch: fetchJson, headers: ({ op }) => headersOf([op.context]) }),
    false: httpBatchLink({
      url,
      fetch: fetchJson,
      maxItems: maxBatchItems,
      maxURLLength: maxUrlLength,
      headers: ({ opList }) => headersOf(opList.map((operation) => operation.context)),
    }),
  });
}

// In a batch the public calls have no token, and a call that was sent again has the newest.
function headersOf(contexts: readonly OperationContext[]): Record<string, string> {
  const token = contexts.findLast((context) => typeof context["accessToken"] === "string")?.["accessToken"];
  const key = contexts.at(-1)?.["idempotencyKey"];
  return {
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
  const [resource = "", name = ""] = path.split(".");
  const endpoints: Readonly<Record<string, Readonly<Record<string, { access: { kind: string } }>>>> = api;
  return endpoints[resource]?.[name]?.access.kind === "public";
}
