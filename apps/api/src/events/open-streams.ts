import { openStreams as limits } from "@hivesync/contracts/tiers";
import type { Database } from "@hivesync/db/client";
import { AppError } from "@hivesync/platform/app-error";
import type { EventBus } from "@hivesync/platform/events/event-bus";
import type { Logger } from "@hivesync/platform/logger";
import type { PreviewActor, UserActor } from "#actor.ts";
import { createSweeps, type Sweeps } from "#sweeps.ts";
import { toAppError } from "#to-app-error.ts";
import { findLivePreviews, findLiveSessions, type PreviewReader } from "./find-live.ts";

const recheckMs = 5_000;
// Each stream looks at the database once in so many rechecks, in case a message was lost on the way.
const rechecksPerPoke = 6;

/** One stream that is open on this process. */
export interface OpenStream {
  /** The pattern of its address. */
  endpoint: string;
  actor: UserActor | PreviewActor;
  /** The preview that it is about, where it is about one. */
  previewId: string | undefined;
  /** Whether it is for those alone who run the site. */
  isOfSite: boolean;
  end: (reason: AppError) => void;
  poke: () => void;
}

/** The streams of this process: how many one caller may have, and whether each may still go on. */
export interface OpenStreams extends Sweeps {
  /** Takes a place. Answers how to leave it. @throws AppError RATE_LIMITED when the caller has as many as allowed */
  enter: (stream: OpenStream) => () => void;
  count: () => number;
  /** How many of each endpoint; of those that were ever opened here, also when there is none now. */
  countByEndpoint: () => ReadonlyMap<string, number>;
  /** Ends those whose session has ended or who lost what they read, within five seconds of it; pokes some. */
  recheckOnce: () => Promise<void>;
}

function placeOf(actor: OpenStream["actor"]): { key: string; limit: number } {
  return actor.kind === "user"
    ? { key: actor.userId, limit: limits.perUser }
    : { key: actor.jobId, limit: limits.perPreviewLink };
}

function tooMany(limit: number): AppError {
  const retryAfterSeconds = recheckMs / 1_000;
  return new AppError("RATE_LIMITED", {
    publicMessage: `There are ${limit} streams open already. Close one first.`,
    details: { limit, remaining: 0, retry_after_seconds: retryAfterSeconds },
    retryAfterSeconds,
  });
}

function toReader({ actor, previewId }: OpenStream): PreviewReader[] {
  if (previewId === undefined) return [];
  return [{ previewId, userId: actor.kind === "user" ? actor.userId : null }];
}

const nameOf = (reader: PreviewReader): string => `${reader.previewId} ${reader.userId ?? ""}`;

/** Why a stream may not go on, if so. */
async function findRefusals(db: Database, streams: readonly OpenStream[]): Promise<Map<OpenStream, AppError>> {
  const sessionIds = streams.flatMap(({ actor }) => (actor.kind === "user" ? [actor.sessionId] : []));
  const [sessions, previews] = await Promise.all([
    findLiveSessions(db, [...new Set(sessionIds)]),
    findLivePreviews(db, streams.flatMap(toReader)),
  ]);
  const readable = new Set(previews.map(nameOf));
  const refusals = new Map<OpenStream, AppError>();
  for (const stream of streams) {
    const { actor } = stream;
    const tier = actor.kind === "user" ? sessions.get(actor.sessionId) : undefined;
    if (actor.kind === "user" && tier === undefined) refusals.set(stream, new AppError("AUTH_INVALID"));
    else if (stream.isOfSite && tier !== "Admin") refusals.set(stream, new AppError("FORBIDDEN"));
    else if (!toReader(stream).every((reader) => readable.has(nameOf(reader))))
      refusals.set(stream, new AppError("NOT_FOUND"));
  }
  return refusals;
}

export function createOpenStreams(options: { db: Database; events: EventBus; log: Logger }): OpenStreams {
  const { db, events, log } = options;
  const streams = new Set<OpenStream>();
  const places = new Map<string, number>();
  const byEndpoint = new Map<string, number>();
  const countOne = ({ endpoint }: OpenStream, change: 1 | -1): void => {
    byEndpoint.set(endpoint, (byEndpoint.get(endpoint) ?? 0) + change);
  };
  let rechecks = 0;
  events.onGap(() => streams.forEach((stream) => stream.poke()));

  const recheckOnce = async (): Promise<void> => {
    rechecks += 1;
    const present = [...streams];
    const refusals = await findRefusals(db, present);
    for (const [stream, reason] of refusals) stream.end(reason);
    present.forEach((stream, index) => {
      if (index % rechecksPerPoke === rechecks % rechecksPerPoke) stream.poke();
    });
  };
  const recheck = async (): Promise<void> => {
    if (streams.size === 0) return;
    await recheckOnce().catch((error: unknown) => log.warn("recheck_postponed", { error: toAppError(error) }));
  };
  return {
    enter: (stream) => {
      const { key, limit } = placeOf(stream.actor);
      const taken = places.get(key) ?? 0;
      if (taken >= limit) throw tooMany(limit);
      places.set(key, taken + 1);
      streams.add(stream);
      countOne(stream, 1);
      return () => {
        if (!streams.delete(stream)) return;
        countOne(stream, -1);
        const left = (places.get(key) ?? 1) - 1;
        if (left === 0) places.delete(key);
        else places.set(key, left);
      };
    },
    count: () => streams.size,
    countByEndpoint: () => byEndpoint,
    recheckOnce,
    ...createSweeps(recheck, { firstMs: recheckMs, everyMs: recheckMs }),
  };
}
