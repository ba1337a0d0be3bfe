import type { z } from "zod";
import type { Access } from "./access.ts";
import type { ErrorCode } from "./errors.ts";

export type HttpMethod = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/**
 * Which limit a call meets, with its numbers in `tiers.ts`. Every signed-in call but `none` counts as `general`; what more a name stands for, its
 * operation takes: only that knows what was accepted.
 */
export type RateKey =
  | "general"
  | "login"
  | "register"
  | "device"
  | "preview_request"
  | "ai_job"
  | "repo_sync"
  | "stream"
  | "none";

/** What is written down once for an endpoint; tRPC, REST, documentation and tests follow from it. */
export interface EndpointDefinition<Input extends z.ZodObject, Output extends z.ZodType, Allowed extends Access> {
  /** Method and path under `/api/v1`; `{name}` is a field of the input. GET and DELETE read the rest of the input from the query string. */
  rest: `${HttpMethod} /${string}`;
  /** One plain sentence for the documentation. */
  summary: string;
  access: Allowed;
  rate: RateKey;
  input: Input;
  output: Output;
  /** A call out of the story in `example-ids.ts`, with its answer; of a stream, one event. The documentation shows it, and a test makes it. */
  example: { input: z.input<Input>; output: z.output<Output> };
  /** Codes that this endpoint gives of its own, besides those that follow from access, input and limits. */
  errors: readonly ErrorCode[];
  /** HTTP status of success. 200 when absent. */
  status?: 201 | 202;
  /** Largest accepted body in bytes. {@link defaultBodyLimitBytes} when absent. */
  bodyLimitBytes?: number;
  /** Over REST, with `Accept: application/x-ndjson`, all rows of this list come as one JSON object a line, however many they are. */
  exports?: "ndjson";
  /** Longest time until SERVICE_UNAVAILABLE is answered. {@link defaultTimeoutMs} when absent. */
  timeoutMs?: number;
}

/** `callback` endpoints are for workers: REST only, never part of the tRPC router. */
export type EndpointKind = "query" | "mutation" | "subscription" | "callback";

export interface Endpoint<
  Kind extends EndpointKind = EndpointKind,
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodType = z.ZodType,
  Allowed extends Access = Access,
> extends EndpointDefinition<Input, Output, Allowed> {
  kind: Kind;
}

/** Reads and changes nothing. Retried freely by clients, batched over tRPC. */
export function query<I extends z.ZodObject, O extends z.ZodType, A extends Access>(
  definition: EndpointDefinition<I, O, A>,
): Endpoint<"query", I, O, A> {
  return { ...definition, kind: "query" };
}

/** Changes something. Takes an `Idempotency-Key`, except under `auth`. */
export function mutation<I extends z.ZodObject, O extends z.ZodType, A extends Access>(
  definition: EndpointDefinition<I, O, A>,
): Endpoint<"mutation", I, O, A> {
  return { ...definition, kind: "mutation" };
}

/**
 * A stream of events, each of the shape of `output`: server-sent events over REST, a subscription over tRPC. Never batched, and never ended by
 * the server while there may be more.
 */
export function subscription<I extends z.ZodObject, O extends z.ZodType, A extends Access>(
  definition: EndpointDefinition<I, O, A>,
): Endpoint<"subscription", I, O, A> {
  return { ...definition, kind: "subscription" };
}

/** A worker reports the end of a job. Authenticated by signature over the raw body. */
export function callback<I extends z.ZodObject, O extends z.ZodType, A extends Access>(
  definition: EndpointDefinition<I, O, A>,
): Endpoint<"callback", I, O, A> {
  return { ...definition, kind: "callback" };
}

/** Splits `rest` into its method, its path and the names in braces. */
export function parseRest(rest: Endpoint["rest"]): {
  method: HttpMethod;
  path: string;
  parameters: string[];
} {
  const separator = rest.indexOf(" ");
  const path = rest.slice(separator + 1);
  return {
    method: rest.slice(0, separator) as HttpMethod,
    path,
    parameters: [...path.matchAll(/\{(\w+)\}/g)].flatMap((match) => match[1] ?? []),
  };
}

export const defaultBodyLimitBytes = 1024 * 1024;

/** Longer than a statement may run, so that the database's own refusal comes first. */
export const defaultTimeoutMs = 5_500;
