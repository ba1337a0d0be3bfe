import type { Allowance } from "./rate-limit/allowance.ts";

/** What is known of a request besides its input, whichever adapter took it. */
export interface RequestContext {
  requestId: string;
  /** The client's address, as the trusted proxies give it. */
  ip: string;
  userAgent: string;
  authorization: string | undefined;
  idempotencyKey: string | undefined;
  /** What limits have told of this call, by their keys. */
  allowances: Map<string, Allowance>;
  /** The first value of any other header; names in lower case. */
  header: (name: string) => string | undefined;
  /** Sets a header on the answer. */
  setHeader: (name: string, value: string) => void;
  /** The answer goes on for as long as the client stays: a shutdown does not wait for it. */
  becomesStream: () => void;
}

/** The raw request of a callback: the signature covers its bytes as they came. */
export interface RawRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
}
