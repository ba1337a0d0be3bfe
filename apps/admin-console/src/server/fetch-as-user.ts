import type { HTTPLinkOptions } from "@trpc/client";
import type { Session } from "#session/session.ts";

type TrpcFetch = NonNullable<HTTPLinkOptions<never>["fetch"]>;

export type FetchAsUser = (url: string, init?: RequestInit) => Promise<Response>;

/**
 * A fetch that shows the user's token, one that is good at this moment. A token that is refused is renewed once; while the session has expired
 * a call waits until somebody has signed in, and goes on.
 */
export function createFetchAsUser(session: Session): FetchAsUser {
  const send = async (url: string, init: RequestInit, token: string): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return fetch(url, { ...init, headers, cache: "no-store", redirect: "error" });
  };
  return async (url, init = {}) => {
    const token = await session.token();
    init.signal?.throwIfAborted();
    const answer = await send(url, init, token);
    if (answer.status === 403) {
      // No admin any more? The next token comes with the user's tier.
      session.distrust(token);
      void session.token().catch(() => undefined);
    }
    if (answer.status !== 401) return answer;
    session.distrust(token);
    const replacement = await session.token();
    init.signal?.throwIfAborted();
    return send(url, init, replacement);
  };
}

const longestWaitMs = 20_000;

/** The same with a time limit, for calls that are answered whole. */
export function withDeadline(fetchAsUser: FetchAsUser): TrpcFetch {
  return (input, init) => {
    const signals = [AbortSignal.timeout(longestWaitMs), ...(init?.signal ? [init.signal] : [])];
    return fetchAsUser(input instanceof Request ? input.url : input.toString(), {
      ...(init as RequestInit),
      signal: AbortSignal.any(signals),
    });
  };
}
