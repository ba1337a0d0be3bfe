import * as fc from "fast-check";
import { expect, test } from "vitest";
import { endedStatuses, jobStatuses, openStatuses, statusesBefore, type JobStatus } from "./job-state.ts";

test("a job can end in three ways, and from each open status in all of them", () => {
  expect(endedStatuses).toEqual(["COMPLETED", "FAILED", "CANCELLED"]);
  for (const end of endedStatuses) expect(statusesBefore(end)).toEqual(openStatuses);
});

test("whatever is tried in whatever order, a job ends at most once and then stays as it ended", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...jobStatuses)), (tried) => {
      let current: JobStatus = "QUEUED";
      let ends = 0;
      for (const next of tried) {
        if (!statusesBefore(next).includes(current)) continue;
        current = next;
        if (endedStatuses.includes(next)) ends += 1;
      }
      expect(ends).toBeLessThanOrEqual(1);
      expect(ends === 1).toBe(endedStatuses.includes(current));
    }),
  );
});
