import { waitUntil } from "@hivesync/testing/wait-until";
import { EventSourceParserStream, type EventSourceMessage } from "eventsource-parser/stream";
import { expect } from "vitest";

/** A stream over REST that a test reads. */
export interface OpenedStream<Data> extends AsyncDisposable {
  response: Response;
  /** What came so far. */
  events: EventSourceMessage[];
  data: () => Data[];
  comments: string[];
  /** True once the server has ended it. */
  hasEnded: () => boolean;
  /** Waits for so many events and answers their data. */
  waitFor: (count: number) => Promise<Data[]>;
  /** Waits for the first event whose data holds this. */
  waitForData: (holds: (data: Data) => boolean) => Promise<Data>;
  lastEventId: () => string;
  close: () => void;
}

/**
 * Opens a stream over a real connection.
 *
 * @example
 * await using stream = await openStream<NotificationEvent>(`${origin}/api/v1/notifications/stream`, { token });
 */
export async function openStream<Data extends { type: string }>(
  url: string,
  caller: { token: string; lastEventId?: string },
): Promise<OpenedStream<Data>> {
  const abort = new AbortController();
  const { token, lastEventId } = caller;
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: "text/event-stream",
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    },
    signal: abort.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  let ended = false;
  const read = async (): Promise<void> => {
    if (!response.body) return;
    const parser = new EventSourceParserStream({ onComment: (comment) => comments.push(comment) });
    for await (const event of response.body.pipeThrough(new TextDecoderStream()).pipeThrough(parser))
      events.push(event);
  };
  // A connection that is cut ends it too.
  void read()
    .catch(() => undefined)
    .finally(() => (ended = true));
  const data = (): Data[] => events.map((event) => JSON.parse(event.data) as Data);
  return {
    response,
    events,
    data,
    comments,
    hasEnded: () => ended,
    waitFor: (count) => waitUntil(data, (all) => all.length >= count),
    waitForData: async (holds) => {
      const all = await waitUntil(data, (found) => found.some(holds));
      const first = all.find(holds);
      if (!first) throw new Error("it was there a moment ago");
      return first;
    },
    lastEventId: () => events.findLast((event) => event.id !== undefined)?.id ?? "",
    close: () => abort.abort(),
    [Symbol.asyncDispose]: async () => abort.abort(),
  };
}
