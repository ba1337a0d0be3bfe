import "@hivesync/testing/test-stack";
import { expect, inject, test } from "vitest";
import type { Bench } from "./bench-stack.ts";
import { renderResults } from "./results.ts";
import { rows } from "./rows.ts";
import { describeTaken } from "./taken.ts";

const bench: Bench = {
  services: inject("hivesync"),
  rounds: 1,
  seconds: 0.2,
  scale: 0.01,
  profileDirectory: undefined,
  say: () => undefined,
  watchPostgresLog: () => () => undefined,
};

// Of the rows the one whose servers, ours and its peers, are asked the most different things in the least time.
test("a row starts the API and its peers, puts each under load and says what came out, with all that must be known of it", async () => {
  const report = await rows["get"]?.run(bench);
  expect(report?.readings.map(({ what, met }) => [what, typeof met])).toEqual([
    ["get, CPU per request", "boolean"],
    ["get, p50", "boolean"],
    ["get, CPU per request", "boolean"],
    ["get, p50", "boolean"],
  ]);
  for (const { ours, beside, result } of report?.readings ?? []) {
    expect(ours).toMatch(/^\d[\d.,]* ms$/);
    expect(beside).toMatch(/^bare(, tuned)?: \d[\d.,]* ms$/);
    expect(result).toMatch(/^\d[\d.,]* x$/);
  }
  const taken = await describeTaken(bench.services);
  const { readings = [], notes = [] } = report ?? {};
  const page = renderResults({ get: { taken, readings, notes } }, { get: "One project", list: "Not taken yet" });
  expect(page).toContain("## One project (`get`)\n\n| what |");
  expect(page).toContain(`Taken ${taken.date} at ${taken.commit}, on ${taken.machine}; ${taken.versions}.`);
  expect(page).not.toContain("Not taken yet");
});
