import { createHiveSync, createMemoryStore } from "@hivesync/sdk";
import { createBenchStack, type Bench } from "../bench-stack.ts";
import { insertProjects } from "../calls.ts";
import { reading, type RowReport } from "../report.ts";
import { inRounds } from "../rounds.ts";
import { median } from "../statistics.ts";

const callsPerRound = 100;

/** The median time of a call, one after the other. */
async function timeCalls(call: () => Promise<unknown>): Promise<number> {
  const durations: number[] = [];
  for (let count = 0; count < callsPerRound; count += 1) {
    const start = performance.now();
    await call();
    durations.push(performance.now() - start);
  }
  return median(durations);
}

/** A call through the SDK beside the same request by a bare `fetch`. */
export async function measureSdkOverhead(bench: Bench): Promise<RowReport> {
  await using stack = await createBenchStack(bench);
  const [caller] = await stack.insertCallers(1);
  if (!caller) throw new Error("there is no caller");
  const id = (await insertProjects(stack.sql, [caller], 1))(caller);
  const { origin } = await stack.startApi();
  const credentials = createMemoryStore();
  const expiresAtMs = Date.now() + 3_600_000;
  await credentials.save(origin, { accessToken: caller.token, refreshToken: "none", expiresAtMs });
  const hive = createHiveSync({ baseUrl: origin, credentials });
  const address = `${origin}/trpc/projects.get?batch=1&input=${encodeURIComponent(JSON.stringify({ 0: { id } }))}`;
  const headers = { authorization: `Bearer ${caller.token}` };
  const bySdk = (): Promise<number> => timeCalls(() => hive.api.projects.get.query({ id }));
  const byFetch = (): Promise<number> => timeCalls(async () => (await fetch(address, { headers })).json());
  await bySdk();
  await byFetch();
  const samples = await inRounds(Math.min(bench.rounds, 2), { sdk: bySdk, fetch: byFetch });
  const [ours, beside] = [median(samples.sdk), median(samples.fetch)];
  return {
    readings: [
      reading({
        what: "a call by the SDK, p50",
        ours,
        beside: { name: "fetch of the same address", value: beside },
        unit: "ms",
        result: ours - beside,
        resultUnit: "ms more",
        goal: { bound: "at_most", value: 0.2 },
      }),
    ],
    notes: [`One call at a time, ${callsPerRound} a round: all of them within the 600 a minute of one user.`],
  };
}
