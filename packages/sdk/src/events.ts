import type { NotificationEvent } from "@hivesync/contracts/resources/notifications";
import type { CallOptions } from "./call-options.ts";
import { readEventStream, type EventStreamOptions } from "./transport/event-stream.ts";
import { pathOfStream } from "./transport/subscribe.ts";

/**
 * Where and how long events are read.
 *
 * @example
 * const options: EventsOptions = { lastEventId: saved, onEventId: (id) => save(id) };
 * for await (const event of hive.events(options)) show(event);
 */
export interface EventsOptions extends CallOptions {
  /** Goes on after this event, from an earlier run of the program: its id is what `onEventId` was told last. */
  lastEventId?: string | undefined;
  /** Told the place of each event that has one, after it was handled. */
  onEventId?: ((id: string) => void) | undefined;
}

const name = "notifications.stream";

/** The stream of the signed-in user. */
export async function* readEvents(
  options: EventsOptions & Pick<EventStreamOptions, "routes" | "timeoutMs" | "retry">,
): AsyncGenerator<NotificationEvent> {
  const { onEventId, ...wanted } = options;
  for await (const { id, data } of readEventStream({ ...wanted, name, path: pathOfStream(name, {}) })) {
    yield data as NotificationEvent;
    if (id !== "") onEventId?.(id);
  }
}
