import { api } from "@hivesync/contracts/api";
import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import type { AppRouter } from "@hivesync/contracts/router-type";
import { TRPCClientError, type TRPCUntypedClient } from "@trpc/client";
import { readEventStream, type EventStreamOptions } from "./event-stream.ts";

type Subscribe = TRPCUntypedClient<AppRouter>["subscription"];
type Observer = Parameters<Subscribe>[2];

interface Wanted extends Pick<EventStreamOptions, "routes" | "timeoutMs" | "retry"> {
  name: string;
  input: unknown;
}

/** Path and query of a stream under `/api/v1`. */
export function pathOfStream(name: string, input: Readonly<Record<string, unknown>>): string {
  const [resource = "", key = ""] = name.split(".");
  const endpoint = (api as Readonly<Record<string, Readonly<Record<string, Endpoint>>>>)[resource]?.[key];
  if (!endpoint) throw new TypeError(`There is no stream ${name}`);
  const { path, parameters } = parseRest(endpoint.rest);
  const filled = parameters.reduce(
    (text, field) => text.replace(`{${field}}`, encodeURIComponent(String(input[field]))),
    path,
  );
  const rest = Object.entries(input).filter(([field]) => !parameters.includes(field));
  const query = new URLSearchParams(Object.fromEntries(rest.map(([field, value]) => [field, String(value)])));
  return query.size === 0 ? filled : `${filled}?${query.toString()}`;
}

/** A stream as the typed client hands it out: events by callbacks, until it is unsubscribed from. */
export function subscribe(wanted: Wanted, observer: Observer): ReturnType<Subscribe> {
  const { name, input, ...options } = wanted;
  const leaving = new AbortController();
  const signal = observer.signal ? AbortSignal.any([observer.signal, leaving.signal]) : leaving.signal;
  const path = pathOfStream(name, (input ?? {}) as Record<string, unknown>);
  const run = async (): Promise<void> => {
    const onOpen = (): void => observer.onStarted?.({ context: undefined });
    for await (const event of readEventStream({ ...options, name, path, signal, onOpen })) observer.onData?.(event);
  };
  run().catch((error: unknown) => {
    if (signal.aborted) observer.onStopped?.();
    else observer.onError?.(TRPCClientError.from(error as Error));
  });
  return { unsubscribe: () => leaving.abort() };
}
