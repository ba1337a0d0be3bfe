import { api } from "@hivesync/contracts/api";
import type { NotificationEvent } from "@hivesync/contracts/resources/notifications";
import type { Database } from "@hivesync/db/client";
import { prepared } from "@hivesync/db/prepared";
import { notifications } from "@hivesync/db/schema/notifications";
import { invalidField } from "@hivesync/platform/app-error";
import type { Message } from "@hivesync/platform/events/topics";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { createInbox, type Inbox } from "#events/inbox.ts";
import { notificationColumns } from "#events/notification-columns.ts";
import { streamOperation, type StreamEvent } from "#operation.ts";
import { readCounts } from "./notification-counts.ts";

const pageSize = 100;
// More than that waits in the database, where it is read from when the reader comes after.
const inboxCapacity = 50;

type UserMessage = Message<"user">;
type Event = StreamEvent<NotificationEvent>;

const findAfter = prepared((db) =>
  db
    .select({ ...notificationColumns, seq: notifications.seq })
    .from(notifications)
    .where(and(eq(notifications.user_id, sql.placeholder("user")), gt(notifications.seq, sql.placeholder("seq"))))
    .orderBy(asc(notifications.seq))
    .limit(pageSize)
    .prepare("notifications_after"),
);

/** The number after which a stream goes on: an event's id is its notification's number. */
function readLastEventId(header: string | undefined): number | undefined {
  if (header === undefined || header === "") return undefined;
  const seq = /^\d{1,15}$/.test(header) ? Number(header) : NaN;
  if (Number.isNaN(seq)) throw invalidField("Last-Event-ID", "must be the id of an event of this stream");
  return seq;
}

function toEvent(
  seq: number,
  notification: Extract<NotificationEvent, { type: "notification" }>["notification"],
): Event {
  return { id: String(seq), data: { type: "notification", notification } };
}

/** What came after a number, in order, from the database. */
async function* readGap(
  source: { db: Database; userId: string },
  after: number,
): AsyncGenerator<Event & { seq: number }> {
  let last = after;
  for (;;) {
    const rows = await findAfter(source.db).execute({ user: source.userId, seq: last });
    for (const { seq, ...notification } of rows) {
      last = seq;
      yield { ...toEvent(seq, notification), seq };
    }
    if (rows.length < pageSize) return;
  }
}

/**
 * Passes on what the inbox tells. A number that does not follow the last one, or a hint that something was missed, sends it to the database:
 * the order of numbers is the order of commits, so whatever is there up to that number is all there is.
 */
async function* follow(
  source: { db: Database; userId: string; inbox: Inbox<UserMessage> },
  from: number,
): AsyncGenerator<Event> {
  let last = from;
  for (let news = await source.inbox.take(); news; news = await source.inbox.take()) {
    let missed = news.missed;
    for (const message of news.messages) {
      if (message.type === "progress") yield { data: message };
      else if (!missed && message.seq === last + 1) {
        last = message.seq;
        yield toEvent(message.seq, message.notification);
      } else if (message.seq > last) missed = true;
    }
    if (!missed) continue;
    for await (const { seq, ...event } of readGap(source, last)) {
      last = seq;
      yield event;
    }
  }
}

export const streamNotifications = streamOperation(
  api.notifications.stream,
  async ({ deps, actor, lastEventId, signal, onPoke }) => {
    const { db, events } = deps;
    const { userId } = actor;
    const seen = readLastEventId(lastEventId);
    const inbox = createInbox<UserMessage>({
      capacity: inboxCapacity,
      nameOf: (message) => (message.type === "progress" ? message.job_id : undefined),
      signal,
    });
    onPoke(inbox.poke);
    // First to listen, then to look: what comes to be in between is told by one or the other.
    const subscription = events.subscribe({ name: "user", key: userId }, inbox.push);
    signal.addEventListener("abort", subscription.unsubscribe, { once: true });
    await subscription.ready;
    const { lastSeq, unread } = await readCounts(db, userId).catch((error: unknown) => {
      subscription.unsubscribe();
      throw error;
    });
    const from = Math.min(seen ?? lastSeq, lastSeq);
    if (from < lastSeq) inbox.poke();

    return (async function* (): AsyncGenerator<Event> {
      try {
        yield { id: String(from), data: { type: "ready", unread_count: unread } };
        yield* follow({ db, userId, inbox }, from);
      } finally {
        subscription.unsubscribe();
      }
    })();
  },
);
