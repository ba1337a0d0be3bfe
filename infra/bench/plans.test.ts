import { expect, test } from "vitest";
import { readPlans } from "./plans.ts";

test("a plan in the log is read with its statement, and without what stands around it", () => {
  const log = `2026-11-25 18:31:50.000 UTC [7] LOG:  checkpoint starting: time
2026-11-25 18:31:50.100 UTC [8] LOG:  duration: 0.035 ms  plan:
\tQuery Text: select "id" from "tasks"
\twhere "id" = $1
\tQuery Parameters: $1 = '7'
\tIndex Scan using tasks_pkey on tasks  (cost=0.28..8.30 rows=1 width=16) (actual time=0.005..0.006 rows=1.00 loops=1)
\t  Buffers: shared hit=3
2026-11-25 18:31:50.200 UTC [8] LOG:  duration: 1.5 ms  plan:
\tQuery Text: commit
\tResult  (cost=0.00..0.01 rows=1 width=0) (actual time=0.001..0.001 rows=1.00 loops=1)`.split("\n");
  expect(readPlans(log)).toEqual([
    {
      statement: 'select "id" from "tasks" where "id" = $1',
      plan: "Index Scan using tasks_pkey on tasks  (cost=0.28..8.30 rows=1 width=16) (actual time=0.005..0.006 rows=1.00 loops=1)\n  Buffers: shared hit=3",
      durationMs: 0.035,
    },
    {
      statement: "commit",
      plan: "Result  (cost=0.00..0.01 rows=1 width=0) (actual time=0.001..0.001 rows=1.00 loops=1)",
      durationMs: 1.5,
    },
  ]);
});
