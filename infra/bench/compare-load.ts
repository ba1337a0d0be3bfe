import type { Bench } from "./bench-stack.ts";
import type { LoadSample } from "./load.ts";
import { reading, type Goal, type Reading } from "./report.ts";
import { inRounds } from "./rounds.ts";
import { median, medianRatio } from "./statistics.ts";

/** Connections that are open to a server under load. */
export const connections = 10;

/** So many that a minute has passed when a user's turn comes again: the limit's window is over then. */
export const mostCallers = 2_500;

/** What every reading of calls under load has in common. */
export const loadNotes = [
  `${connections} connections in a closed loop. Each connection calls as one user for 500 calls and then as the next: the limit of 600 calls a minute is on, and so is its counting in Redis.`,
  "CPU is that of the server's process with all its threads. p50 is what the client sees, which shares the machine with the server, Postgres and Redis.",
];

const warmUpSeconds = 3;

/** Puts each of several servers under load in turns, after a while that does not count. */
export async function compareLoad<Name extends string>(
  bench: Bench,
  runs: Readonly<Record<Name, (seconds: number) => Promise<LoadSample>>>,
): Promise<Record<Name, LoadSample[]>> {
  const all = Object.entries(runs) as [Name, (seconds: number) => Promise<LoadSample>][];
  for (const [, run] of all) await run(Math.min(warmUpSeconds, bench.seconds));
  const measured = Object.fromEntries(all.map(([name, run]) => [name, () => run(bench.seconds)]));
  return inRounds(bench.rounds, measured as Record<Name, () => Promise<LoadSample>>);
}

const measures = [
  { label: "CPU per request", of: ({ cpuMs }: LoadSample) => cpuMs },
  { label: "p50", of: ({ p50Ms }: LoadSample) => p50Ms },
];

/** How many times better ours is than what stands beside it, by CPU for each request and by the time of the middle answer. */
export function speedReadings(
  what: string,
  ours: readonly LoadSample[],
  beside: { name: string; samples: readonly LoadSample[]; goal?: Goal },
): Reading[] {
  return measures.map(({ label, of }) =>
    reading({
      what: `${what}, ${label}`,
      ours: median(ours.map(of)),
      beside: { name: beside.name, value: median(beside.samples.map(of)) },
      unit: "ms",
      result: medianRatio(beside.samples.map(of), ours.map(of)),
      ...(beside.goal ? { goal: beside.goal } : {}),
    }),
  );
}
