import { api } from "@hivesync/contracts/api";
import type { AdminEvent } from "@hivesync/contracts/operator";
import { createInbox } from "#events/inbox.ts";
import { streamOperation, type StreamEvent } from "#operation.ts";

/** Passes on what is not what was told last. */
function createTeller(): (event: AdminEvent) => StreamEvent<AdminEvent>[] {
  const told = new Map<AdminEvent["type"], string>();
  return (event) => {
    const text = JSON.stringify(event);
    if (told.get(event.type) === text) return [];
    told.set(event.type, text);
    return [{ data: event }];
  };
}

export const streamAdmin = streamOperation(api.admin.stream, async ({ deps, signal }) => {
  // One of each type: a reader that is slow gets the newest.
  const inbox = createInbox<AdminEvent>({ capacity: 3, nameOf: ({ type }) => type, signal });
  const unfollow = deps.siteWatch.follow(inbox.push);
  if (signal.aborted) unfollow();
  else signal.addEventListener("abort", unfollow, { once: true });
  return (async function* (): AsyncGenerator<StreamEvent<AdminEvent>> {
    const tell = createTeller();
    try {
      for (const event of await deps.siteWatch.readNow()) yield* tell(event);
      for (let news = await inbox.take(); news; news = await inbox.take())
        for (const event of news.messages) yield* tell(event);
    } finally {
      unfollow();
    }
  })();
});
