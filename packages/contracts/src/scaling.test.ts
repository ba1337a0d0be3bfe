import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { queueNames } from "./jobs/job-state.ts";
import { scalingRule, type ScalingRule } from "./operator.ts";
import { defaultScaling, desiredWorkers, type QueueLoad } from "./scaling.ts";

const rule = { min_workers: 0, max_workers: 100, concurrency: 1, target_wait_seconds: 5, paused: false };

interface Row {
  what: string;
  rule?: Partial<ScalingRule>;
  load: QueueLoad;
  workers: number;
}

const rows: Row[] = [
  { what: "nothing to do: the fewest", rule: { min_workers: 1 }, load: { waiting: 0, active: 0 }, workers: 1 },
  { what: "nothing to do, and none needed", load: { waiting: 0, active: 0 }, workers: 0 },
  { what: "what is under way keeps its places", load: { waiting: 0, active: 4, runSeconds: 1 }, workers: 4 },
  { what: "places are shared by jobs at once", rule: { concurrency: 4 }, load: { waiting: 0, active: 5 }, workers: 2 },
  { what: "a job that outlasts the target: a place each", load: { waiting: 6, active: 2, runSeconds: 60 }, workers: 8 },
  {
    what: "one that lasts as long as it: two begin in a place",
    load: { waiting: 6, active: 0, runSeconds: 5 },
    workers: 3,
  },
  {
    what: "five a second long ones end in a place, a sixth begins",
    load: { waiting: 12, active: 0, runSeconds: 1 },
    workers: 2,
  },
  { what: "one more is one too many", load: { waiting: 13, active: 0, runSeconds: 1 }, workers: 3 },
  { what: "places that come free take what waits", load: { waiting: 4, active: 4, runSeconds: 3 }, workers: 4 },
  { what: "and are not enough for more", load: { waiting: 6, active: 4, runSeconds: 3 }, workers: 5 },
  { what: "three seconds where nothing was measured", load: { waiting: 10, active: 0 }, workers: 5 },
  { what: "jobs that take no time", load: { waiting: 400, active: 0, runSeconds: 0 }, workers: 1 },
  { what: "never more than the most", rule: { max_workers: 3 }, load: { waiting: 900, active: 9 }, workers: 3 },
  { what: "paused: what waits asks for nobody", rule: { paused: true }, load: { waiting: 50, active: 0 }, workers: 0 },
  { what: "paused: what runs goes on", rule: { paused: true }, load: { waiting: 50, active: 3 }, workers: 3 },
  {
    what: "paused: the fewest stay",
    rule: { paused: true, min_workers: 2 },
    load: { waiting: 9, active: 1 },
    workers: 2,
  },
  {
    what: "thirds add up to whole workers",
    rule: { concurrency: 3 },
    load: { waiting: 9, active: 0, runSeconds: 9 },
    workers: 3,
  },
];

describe("how many workers a queue should have", () => {
  test.each(rows)("$what", ({ rule: more, load, workers }) => {
    expect(desiredWorkers({ ...rule, ...more }, load)).toBe(workers);
  });

  const load = fc.record({
    waiting: fc.nat(10_000),
    active: fc.nat(500),
    runSeconds: fc.option(fc.double({ min: 0, max: 10_000, noNaN: true }), { nil: undefined }),
  });
  const anyRule = fc
    .record({
      min_workers: fc.nat(50),
      spread: fc.nat(50),
      concurrency: fc.integer({ min: 1, max: 64 }),
      target_wait_seconds: fc.integer({ min: 1, max: 86_400 }),
      paused: fc.boolean(),
    })
    .map(({ spread, ...fields }) => ({ ...fields, max_workers: fields.min_workers + spread }));

  test("is a whole number within the rule's bounds, whatever the load", () => {
    fc.assert(
      fc.property(anyRule, load, (of, under) => {
        const workers = desiredWorkers(of, under);
        expect(Number.isInteger(workers)).toBe(true);
        expect(workers).toBeGreaterThanOrEqual(of.min_workers);
        expect(workers).toBeLessThanOrEqual(of.max_workers);
      }),
    );
  });

  test("never falls when more waits or runs, and never rises when more time is given", () => {
    fc.assert(
      fc.property(anyRule, load, fc.nat(100), (of, under, more) => {
        const workers = desiredWorkers(of, under);
        expect(desiredWorkers(of, { ...under, waiting: under.waiting + more })).toBeGreaterThanOrEqual(workers);
        expect(desiredWorkers(of, { ...under, active: under.active + more })).toBeGreaterThanOrEqual(workers);
        const slower = { ...of, target_wait_seconds: of.target_wait_seconds + more };
        expect(desiredWorkers(slower, under)).toBeLessThanOrEqual(workers);
      }),
    );
  });

  /** Runs the load on so many places and answers how long the last one waited. */
  function longestWait(places: number, { waiting, active, runSeconds = 0 }: QueueLoad): number {
    const freeAt = Array.from({ length: places }, (_, place) => (place < active ? runSeconds : 0));
    let begun = 0;
    for (let job = 0; job < waiting; job += 1) {
      const place = freeAt.indexOf(Math.min(...freeAt));
      begun = freeAt[place] ?? 0;
      freeAt[place] = begun + runSeconds;
    }
    return begun;
  }

  test("is enough, and one fewer would not be: every job begins within the target when each runs as long as the median", () => {
    const small = fc.record({
      waiting: fc.integer({ min: 1, max: 60 }),
      active: fc.nat(20),
      runSeconds: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 60 }), (under, target) => {
        const workers = desiredWorkers({ ...rule, target_wait_seconds: target }, under);
        expect(longestWait(workers, under)).toBeLessThanOrEqual(target);
        // Places that are taken already cannot be fewer.
        const isFewest = workers === Math.max(1, under.active);
        expect(isFewest || longestWait(workers - 1, under) > target).toBe(true);
      }),
    );
  });
});

test("there is a default for every queue, and it is a rule that could be set", () => {
  expect(Object.keys(defaultScaling).toSorted()).toEqual([...queueNames].toSorted());
  for (const queue of queueNames) expect(scalingRule.parse(defaultScaling[queue])).toEqual(defaultScaling[queue]);
  for (const { min_workers, max_workers } of Object.values(defaultScaling))
    expect(min_workers).toBeLessThanOrEqual(max_workers);
});
