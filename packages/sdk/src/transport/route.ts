import type { EndpointKind } from "@hivesync/contracts/endpoint";

/** Who a call is made as. */
export interface CallerTokens {
  /** A token that is good for now, or `undefined` when nobody is signed in. */
  accessToken(): Promise<string | undefined>;
  /** After the server refused `token`: another one, or `undefined` when there is none to be had. */
  replacement(token: string, code: "AUTH_EXPIRED" | "AUTH_INVALID"): Promise<string | undefined>;
}

/** One way to the API. */
export interface Route {
  readonly kind: "direct" | "desktop";
  /** What stands before `/trpc` and `/api/v1`. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly tokens: CallerTokens;
  /** Sent with each call. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What is to be called, by its name over tRPC. */
export interface Destination {
  name: string;
  kind: EndpointKind;
}

/** The ways that a client has, and which of them is taken. Calls never wait long for this, and nobody is told of a change. */
export interface Routes {
  readonly direct: Route;
  /** The way for the next call. */
  choose(destination: Destination): Promise<Route>;
  /** Whether what was thrown says that this way is gone, so that the same call has to go direct; it is noted then. */
  isLost(route: Route, error: unknown): boolean;
  /** The way that was taken last; for diagnostics. */
  readonly mode: "direct" | "desktop";
  /** Called when there is another way for what is open. Answers how to stop listening. */
  onChange(listener: () => void): () => void;
}

/** The one way of a client that knows no Desktop. */
export function directOnly(direct: Route): Routes {
  return {
    direct,
    choose: async () => direct,
    isLost: () => false,
    mode: "direct",
    onChange: () => () => undefined,
  };
}
