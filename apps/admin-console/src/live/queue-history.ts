import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import type { QueueState } from "@hivesync/contracts/operator";
import { serverNow, useNow } from "#parts/clock.ts";

interface Moment {
  at: number;
  queues: ReadonlyMap<QueueName, QueueState>;
}

/** One point of a chart of a queue. Null where the page did not look yet. */
export interface QueuePoint {
  at: number;
  waiting: number | null;
  active: number | null;
  wait: number | null;
  perMinute: number | null;
}

const keptMs = 15 * 60_000;
/** How far apart the points of a chart are. */
const stepSeconds = 5;
/** How long a time a chart shows, at most and as soon as the page is open. */
const shownSeconds = { most: 10 * 60, least: 2 * 60 };

// Kept in the page alone, from when it was opened.
let moments: Moment[] = [];

/** All that waits, whether it was handed to workers yet or not. What is to be done at a time of its own does not wait. */
export const depthOf = ({ undispatched, waiting }: QueueState): number => undispatched + waiting;

export function noteQueues(queues: readonly QueueState[]): void {
  const at = serverNow();
  const firstKept = moments.findLastIndex((moment) => moment.at < at - keptMs);
  // The last one before is kept: it holds until the next.
  moments = [...moments.slice(Math.max(0, firstKept)), { at, queues: new Map(queues.map((one) => [one.queue, one])) }];
}

export function forgetQueues(): void {
  moments = [];
}

function toPoint(at: number, states: readonly QueueState[]): QueuePoint {
  if (states.length === 0) return { at, waiting: null, active: null, wait: null, perMinute: null };
  const sum = (read: (state: QueueState) => number): number => states.reduce((total, state) => total + read(state), 0);
  return {
    at,
    waiting: sum(depthOf),
    active: sum(({ active }) => active),
    wait: Math.max(...states.map(({ oldest_waiting_seconds: seconds }) => seconds ?? 0)),
    perMinute: sum(({ completed_per_minute: rate }) => rate),
  };
}

/** What was seen of these queues up to `end`, at even steps: at each the state that held then. */
function sample(names: readonly QueueName[], end: number): QueuePoint[] {
  const points: QueuePoint[] = [];
  let next = 0;
  let holds: Moment | undefined;
  const seen = Math.max(moments[0]?.at ?? end, end - shownSeconds.most * 1_000);
  const stepMs = stepSeconds * 1_000;
  for (let at = Math.min(seen - (seen % stepMs), end - shownSeconds.least * 1_000); at <= end; at += stepMs) {
    for (; next < moments.length; next += 1) {
      const moment = moments[next];
      // What comes within a step stands at its end.
      if (!moment || moment.at > at + stepMs) break;
      holds = moment;
    }
    points.push(
      toPoint(
        at,
        names.flatMap((name) => holds?.queues.get(name) ?? []),
      ),
    );
  }
  return points;
}

/** The last ten minutes of one queue, or of several as one, as far as this page has seen them. */
export function useQueueHistory(names: readonly QueueName[]): QueuePoint[] {
  return sample(names, useNow(stepSeconds));
}
