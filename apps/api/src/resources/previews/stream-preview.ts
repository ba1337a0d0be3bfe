import { api } from "@hivesync/contracts/api";
import { endedStatuses } from "@hivesync/contracts/jobs/job-state";
import type { PreviewEvent } from "@hivesync/contracts/resources/previews";
import type { Database } from "@hivesync/db/client";
import { prepared } from "@hivesync/db/prepared";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { AppError } from "@hivesync/platform/app-error";
import type { Message } from "@hivesync/platform/events/topics";
import { and, desc, eq, gt, gte, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import type { Deps } from "#deps.ts";
import { createInbox, type Inbox } from "#events/inbox.ts";
import { streamOperation, type StreamEvent } from "#operation.ts";
import { previewUrl } from "./preview-url.ts";

type Told = Message<"preview"> | Message<"project">;
type Event = StreamEvent<PreviewEvent>;

const findState = prepared((db) =>
  db
    .select({
      project_id: previewSessions.project_id,
      status: previewSessions.status,
      progress: previewSessions.progress,
      error: previewSessions.error,
      created_at: previewSessions.created_at,
      expires_at: previewSessions.expires_at,
    })
    .from(previewSessions)
    .where(eq(previewSessions.id, sql.placeholder("id")))
    .prepare("preview_state"),
);

/** The newest preview that is ready and the newest that has failed, of those that were asked for since a time and can still be opened. */
const findNewest = prepared((db) => {
  const newestThatIs = (status: "COMPLETED" | "FAILED") =>
    db
      .select({
        id: previewSessions.id,
        status: previewSessions.status,
      })
      .from(previewSessions)
      .where(
        and(
          eq(previewSessions.project_id, sql.placeholder("project")),
          eq(previewSessions.status, status),
          gte(previewSessions.created_at, sql.placeholder("since")),
          gt(previewSessions.expires_at, sql`now()`),
        ),
      )
      .orderBy(desc(previewSessions.created_at), desc(previewSessions.id))
      .limit(1);
  return unionAll(newestThatIs("COMPLETED"), newestThatIs("FAILED")).prepare("newest_previews");
});

async function readState(db: Database, id: string) {
  const [state] = await findState(db).execute({ id });
  if (!state) throw new AppError("NOT_FOUND");
  return state;
}

type State = Awaited<ReturnType<typeof readState>>;

function toEvent({ status, progress, error }: State): PreviewEvent {
  return endedStatuses.includes(status) ? { type: "end", status, error } : { type: "progress", status, progress };
}

interface Watched {
  deps: Deps;
  id: string;
  state: State;
  inbox: Inbox<Told>;
}

/** How the preview stands and whether newer ones are ready or have failed, each told when it is not what was told last. */
function createTeller({ deps, id, state }: Watched) {
  const { project_id: project, created_at: since } = state;
  let toldState = "";
  // Ids are in the order of their making.
  let [newestCompleted, newestFailed] = [id, id];
  return {
    state: (event: PreviewEvent): Event[] => {
      const text = JSON.stringify(event);
      if (text === toldState) return [];
      toldState = text;
      return [{ data: event }];
    },
    newer: async (): Promise<Event[]> => {
      const rows = await findNewest(deps.db).execute({ project, since });
      const completed = rows.find(({ status }) => status === "COMPLETED");
      const failed = rows.find(({ status }) => status === "FAILED");
      const events: Event[] = [];
      if (completed && completed.id > newestCompleted) {
        newestCompleted = completed.id;
        events.push({ data: { type: "superseded", preview_url: previewUrl(deps, completed.id) } });
      }
      // What failed before the newest that is ready has been mended since.
      if (failed && failed.id > newestFailed && failed.id > newestCompleted) {
        newestFailed = failed.id;
        events.push({ data: { type: "newer_failed", preview_url: previewUrl(deps, failed.id) } });
      }
      return events;
    },
  };
}

async function* watch(watched: Watched): AsyncGenerator<Event> {
  const { deps, id, inbox } = watched;
  const tell = createTeller(watched);
  let hasEnded = endedStatuses.includes(watched.state.status);
  yield* tell.state(toEvent(watched.state));
  yield* await tell.newer();
  for (let news = await inbox.take(); news; news = await inbox.take()) {
    const types = new Set(news.messages.map(({ type }) => type));
    if (!hasEnded && (news.missed || types.has("ended"))) {
      const state = await readState(deps.db, id);
      hasEnded = endedStatuses.includes(state.status);
      yield* tell.state(toEvent(state));
    }
    for (const message of news.messages) {
      if (message.type !== "progress" || hasEnded) continue;
      yield* tell.state({ type: "progress", status: message.status, progress: message.progress });
    }
    if (news.missed || types.has("preview_completed") || types.has("preview_failed")) yield* await tell.newer();
  }
}

export const streamPreview = streamOperation(api.previews.stream, async ({ deps, actor, input, signal, onPoke }) => {
  const { id } = input;
  const first = await readState(deps.db, id);
  if (actor.kind === "preview" && first.status === "CANCELLED") throw new AppError("NOT_FOUND");
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const inbox = createInbox<Told>({ capacity: 20, nameOf: ({ type }) => type, signal: either });
  onPoke(inbox.poke);
  const subscriptions = [
    deps.events.subscribe({ name: "preview", key: id }, inbox.push),
    deps.events.subscribe({ name: "project", key: first.project_id }, inbox.push),
  ];
  // The link opens nothing from then on, and so does a stream that it opened.
  const expire = (): void => ending.abort(new AppError("AUTH_EXPIRED"));
  const timer = actor.kind === "preview" ? setTimeout(expire, Date.parse(first.expires_at) - Date.now()) : undefined;
  const close = (): void => {
    clearTimeout(timer);
    for (const subscription of subscriptions) subscription.unsubscribe();
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    // First to listen, then to look: what comes to be in between is told by one or the other.
    await Promise.all(subscriptions.map(({ ready }) => ready));
    const state = await readState(deps.db, id);
    return (async function* (): AsyncGenerator<Event> {
      try {
        yield* watch({ deps, id, state, inbox });
      } finally {
        close();
      }
    })();
  } catch (error) {
    close();
    throw error;
  }
});
