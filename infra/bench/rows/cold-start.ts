import { createBenchStack, type Bench } from "../bench-stack.ts";
import { reading, type RowReport } from "../report.ts";
import { median } from "../statistics.ts";

/** From the start of the API's process to its first answer. */
export async function measureColdStart(bench: Bench): Promise<RowReport> {
  await using stack = await createBenchStack(bench);
  const seconds: number[] = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    const start = performance.now();
    const api = await stack.startApi();
    seconds.push((performance.now() - start) / 1_000);
    await api.process.stop();
  }
  return {
    readings: [
      reading({
        what: "start of the API to /health",
        ours: median(seconds),
        beside: { name: "slowest", value: Math.max(...seconds) },
        unit: "s",
        result: median(seconds),
        resultUnit: "s",
        goal: { bound: "at_most", value: 1 },
      }),
    ],
    notes: [
      "Asked every 20 ms, with a warm file cache, on a database that has its signing key to make at the first start.",
    ],
  };
}
