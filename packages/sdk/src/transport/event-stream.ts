import { errorTable, type ErrorBody } from "@hivesync/contracts/errors";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { HiveSyncError, isHiveSyncError, NetworkError } from "#errors.ts";
import { withDeadline } from "./deadline.ts";
import { readEnvelopeFailure } from "./read-failure.ts";
import { pause, retryDelayMs, type RetryPolicy } from "./retry.ts";
import type { Route, Routes } from "./route.ts";

/** An event as it came. `id` is empty where the event has none to go on after. */
export interface StreamedEvent<Data> {
  id: string;
  data: Data;
}

export interface EventStreamOptions {
  routes: Routes;
  /** By its name over tRPC: `notifications.stream`. */
  name: string;
  /** Path and query under `/api/v1`. */
  path: string;
  /** Longest wait for the answer's head. */
  timeoutMs: number;
  retry: RetryPolicy;
  signal?: AbortSignal | undefined;
  /** Goes on after this event. */
  lastEventId?: string | undefined;
  /** The stream stands; again after each time that it was cut. */
  onOpen?: (() => void) | undefined;
}

// The server gives a sign of life every 15 seconds: three missed ones are a dead connection.
const longestSilenceMs = 45_000;

/** Where a stream is, over however many connections. */
interface Position {
  lastEventId: string;
  failures: number;
}

/**
 * Reads a stream of events for as long as the caller wants it. A connection that is cut is opened again, after the last event that was seen, and
 * by another way when there is one: nothing is missed, nothing comes twice.
 *
 * @throws HiveSyncError when the server refuses for good; the reason of the caller's signal when that aborts.
 */
export async function* readEventStream(options: EventStreamOptions): AsyncGenerator<StreamedEvent<unknown>> {
  const position: Position = { lastEventId: options.lastEventId ?? "", failures: 0 };
  const { routes, signal } = options;
  for (;;) {
    signal?.throwIfAborted();
    const route = await routes.choose({ name: options.name, kind: "subscription" });
    try {
      yield* readConnection(route, options, position);
    } catch (error) {
      signal?.throwIfAborted();
      if (route.kind === "desktop" && routes.isLost(route, error)) continue;
      await waitBeforeNext(error, options, position);
    }
  }
}

async function waitBeforeNext(error: unknown, options: EventStreamOptions, position: Position): Promise<void> {
  position.failures += 1;
  // However often it has failed, a reader that still waits is worth another try; what will not pass is thrown.
  const attempt = Math.min(position.failures, options.retry.maxAttempts - 1);
  const delayMs = retryDelayMs(error, attempt, options.retry);
  if (delayMs === undefined) throw error;
  await pause(delayMs, options.signal);
}

async function* readConnection(
  route: Route,
  options: EventStreamOptions,
  position: Position,
): AsyncGenerator<StreamedEvent<unknown>> {
  const leaving = new AbortController();
  const stop = options.routes.onChange(() => leaving.abort(new NetworkError("There is another way")));
  const signals = [leaving.signal, ...(options.signal ? [options.signal] : [])];
  let silence: NodeJS.Timeout | number | undefined;
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => leaving.abort(new NetworkError("The stream fell silent")), longestSilenceMs);
  };
  try {
    const body = await open(route, options, { signal: AbortSignal.any(signals), lastEventId: position.lastEventId });
    options.onOpen?.();
    heard();
    const parser = new EventSourceParserStream({ onComment: heard });
    for await (const event of body.pipeThrough(new TextDecoderStream()).pipeThrough(parser)) {
      heard();
      position.failures = 0;
      if (event.event === "stream_error") throw toError(JSON.parse(event.data) as ErrorBody);
      if (event.id) position.lastEventId = event.id;
      yield { id: event.id ?? "", data: JSON.parse(event.data) as unknown };
    }
    throw new NetworkError("The stream was cut");
  } catch (error) {
    if (leaving.signal.aborted && options.signal?.aborted !== true) throw leaving.signal.reason;
    throw isHiveSyncError(error) ? error : new NetworkError("The stream was cut", { cause: error });
  } finally {
    clearTimeout(silence);
    stop();
    leaving.abort();
  }
}

type EventBody = NonNullable<Response["body"]>;

interface Opening {
  signal: AbortSignal;
  lastEventId: string;
}

async function open(route: Route, options: EventStreamOptions, opening: Opening): Promise<EventBody> {
  const token = await route.tokens.accessToken();
  try {
    return await openAs(token, route, { ...options, ...opening });
  } catch (error) {
    if (token === undefined || !isHiveSyncError(error)) throw error;
    const { code } = error;
    if (code !== "AUTH_EXPIRED" && code !== "AUTH_INVALID") throw error;
    const replacement = await route.tokens.replacement(token, code);
    if (replacement === undefined) throw error;
    return openAs(replacement, route, { ...options, ...opening });
  }
}

async function openAs(
  token: string | undefined,
  route: Route,
  { path, timeoutMs, signal, lastEventId }: Opening & Pick<EventStreamOptions, "path" | "timeoutMs">,
): Promise<EventBody> {
  const headers = {
    ...route.headers,
    accept: "text/event-stream",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(lastEventId === "" ? {} : { "last-event-id": lastEventId }),
  };
  // The deadline is for the head alone; the body goes on under the caller's signal.
  const response = await withDeadline(
    () => route.fetch(`${route.url}/api/v1${path}`, { headers, signal, redirect: "error", cache: "no-store" }),
    { timeoutMs, signal },
  ).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw error instanceof NetworkError ? error : new NetworkError("HiveSync did not answer", { cause: error });
  });
  if (response.ok && response.body) return response.body;
  throw await readEnvelopeFailure(response);
}

function toError(body: ErrorBody): HiveSyncError {
  return new HiveSyncError(body, { status: errorTable[body.code].status });
}
