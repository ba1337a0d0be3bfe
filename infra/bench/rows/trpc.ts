import type { Bench } from "../bench-stack.ts";
import { callKinds, restCall, trpcBatchOfGets, trpcCall } from "../calls.ts";
import { compareLoad, loadNotes, speedReadings } from "../compare-load.ts";
import type { LoadSample } from "../load.ts";
import { createProjectStack } from "../project-stack.ts";
import { reading, type Reading, type RowReport } from "../report.ts";
import { median, medianRatio } from "../statistics.ts";

/** List, get and create over tRPC beside the same over REST, of one process. */
export async function compareTrpc(bench: Bench): Promise<RowReport> {
  await using stack = await createProjectStack(bench);
  const api = await stack.startApi();
  const readings: Reading[] = [];
  for (const kind of callKinds) {
    const samples = await compareLoad(bench, {
      trpc: stack.underLoad(api, trpcCall(kind, stack.projectOf)),
      rest: stack.underLoad(api, restCall(kind, stack.projectOf)),
    });
    readings.push(
      ...speedReadings(kind, samples.trpc, {
        name: "our REST",
        samples: samples.rest,
        goal: { bound: "at_least", value: 0.6 },
      }),
    );
  }
  return { readings, notes: loadNotes };
}

const batchSize = 10;

/** Ten gets in one request beside ten requests. Each of a batch counts against the caller's limit. */
export async function compareBatch(bench: Bench): Promise<RowReport> {
  await using stack = await createProjectStack(bench);
  const api = await stack.startApi();
  const { batch, single } = await compareLoad(bench, {
    batch: stack.underLoad(api, trpcBatchOfGets(batchSize, stack.projectOf), batchSize),
    single: stack.underLoad(api, trpcCall("get", stack.projectOf)),
  });
  const cpuEach = batch.map(({ cpuMs }) => cpuMs / batchSize);
  const perSecond = batch.map((sample) => sample.perSecond * batchSize);
  return {
    readings: [
      reading({
        what: "batch of 10 gets, CPU per get",
        ours: median(cpuEach),
        beside: { name: "10 single gets over tRPC", value: median(single.map(({ cpuMs }) => cpuMs)) },
        unit: "ms",
        result: medianRatio(
          single.map(({ cpuMs }) => cpuMs),
          cpuEach,
        ),
      }),
      reading({
        what: "batch of 10 gets, gets per second",
        ours: median(perSecond),
        beside: { name: "single gets over tRPC", value: median(single.map((sample: LoadSample) => sample.perSecond)) },
        unit: "/s",
        result: medianRatio(
          perSecond,
          single.map((sample) => sample.perSecond),
        ),
      }),
    ],
    notes: loadNotes,
  };
}
