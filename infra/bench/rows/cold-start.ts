import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OurProcess } from "#processes/start-process.ts";
import { createBenchStack, type Bench } from "../bench-stack.ts";
import { reading, type Reading, type RowReport } from "../report.ts";
import { median } from "../statistics.ts";

/** How long each start takes until it is done, in seconds; each is ended before the next. */
async function timeStarts(rounds: number, start: () => Promise<OurProcess>): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const from = performance.now();
    const running = await start();
    seconds.push((performance.now() - from) / 1_000);
    await running.stop();
  }
  return seconds;
}

function startReading(what: string, seconds: readonly number[]): Reading {
  return reading({
    what,
    ours: median(seconds),
    beside: { name: "slowest", value: Math.max(...seconds) },
    unit: "s",
    result: median(seconds),
    resultUnit: "s",
    goal: { bound: "at_most", value: 1 },
  });
}

/** From the start of a process to its first answer, or until it takes jobs. */
export async function measureColdStart(bench: Bench): Promise<RowReport> {
  await using stack = await createBenchStack(bench);
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-cold-start-"));
  try {
    const worker = () => stack.startWorker({ HIVESYNC_WORKER_DATA_DIRECTORY: directory });
    // The first one builds the framework runtimes, which images come with.
    await (await worker()).stop();
    const ofApi = await timeStarts(bench.rounds, async () => (await stack.startApi()).process);
    const ofWorker = await timeStarts(bench.rounds, worker);
    return {
      readings: [startReading("start of the API to /health", ofApi), startReading("start of a CPU worker", ofWorker)],
      notes: [
        "Asked every 20 ms, with a warm file cache, on a database that has its signing key to make at the first start.",
        "A worker counts as started when it takes jobs; its framework runtimes are there.",
      ],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
