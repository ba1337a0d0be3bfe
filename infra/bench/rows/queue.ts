import { setTimeout as delay } from "node:timers/promises";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { sha256Hex } from "@hivesync/platform/ids";
import { createLogger } from "@hivesync/platform/logger";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { runWorker } from "@hivesync/platform/queue/run-worker";
import { Worker } from "bullmq";
import { poll } from "#dev/poll.ts";
import { createBenchStack, type Bench, type BenchStack, type RunningTarget } from "../bench-stack.ts";
import { insertProjects } from "../calls.ts";
import { reading, type RowReport } from "../report.ts";
import { inRounds } from "../rounds.ts";
import { median, medianRatio, quantile } from "../statistics.ts";

const jobsOfARound = 40;
// What a job leaves to be done when it has started is over by then, so that one is not measured with the one before it.
const betweenMs = 40;
const startsWithinMs = 10_000;
const bareQueue = "bare";
const noteCommits = new URL("../note-commits.ts", import.meta.url).href;

/** Milliseconds from one reading of the clock that all processes share to another. */
function millisecondsBetween(from: bigint, to: bigint): number {
  return Number(to - from) / 1e6;
}

/** When jobs were started, by their ids. */
interface Starts {
  note: (id: string) => void;
  of: (id: string) => Promise<bigint>;
}

function noteStarts(): Starts {
  const starts = new Map<string, PromiseWithResolvers<bigint>>();
  const entry = (id: string): PromiseWithResolvers<bigint> => {
    const known = starts.get(id) ?? Promise.withResolvers<bigint>();
    starts.set(id, known);
    return known;
  };
  return {
    note: (id) => {
      entry(id).resolve(process.hrtime.bigint());
    },
    of: async (id) => {
      const late = AbortSignal.timeout(startsWithinMs);
      const started = entry(id);
      late.addEventListener("abort", () => started.reject(new Error(`job ${id} has not been started`)));
      return await started.promise.finally(() => starts.delete(id));
    },
  };
}

/** Workers of both queues, which do nothing but say that they were called. They live in this process. */
function startWorkers({ stack }: BenchStack, starts: Record<"ours" | "bare", Starts>): AsyncDisposable {
  const log = createLogger({ level: "warn", service: "bench" });
  const connection = connectRedis({
    url: stack.redisUrl,
    use: "worker",
    onError: (error) => log.warn("redis_error", { error }),
  });
  const ours = runWorker({
    queue: "preview-cpu",
    job: previewBuild,
    handler: async ({ payload }) => starts.ours.note(payload.job_id),
    concurrency: 1,
    lockMs: 60_000,
    connection,
    redisPrefix: stack.redisPrefix,
    log,
  });
  const bare = new Worker(bareQueue, async ({ id = "" }) => starts.bare.note(id), {
    connection: { url: stack.redisUrl },
    prefix: stack.redisPrefix,
  });
  bare.on("error", (error) => log.warn("bare_queue_error", { error }));
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all([ours.close(0), bare.close()]);
      connection.disconnect();
    },
  };
}

/** When the first commit was after `from` that the API was told of. */
async function commitAfter({ process: { lines } }: RunningTarget, from: bigint): Promise<bigint> {
  const find = (): bigint | undefined =>
    lines
      .slice(-20)
      .map((line) => BigInt(/^committed at (\d+)$/.exec(line)?.[1] ?? 0))
      .find((at) => at > from);
  await poll(() => find() !== undefined, { withinMs: startsWithinMs, everyMs: 5 });
  const commit = find();
  if (commit === undefined) throw new Error("the API was told of no commit");
  return commit;
}

/** Somebody who asks for one preview after the other, each of another folder. */
async function prepareRequests(stack: BenchStack): Promise<(api: RunningTarget) => Promise<string>> {
  const [caller] = await stack.insertCallers(1);
  if (!caller) throw new Error("there is no caller");
  const projectId = (await insertProjects(stack.sql, [caller], 1))(caller);
  const sha256 = sha256Hex("a file");
  await stack.sql`INSERT INTO blobs (team_id, sha256, size, stored_at) VALUES (${caller.teamId}, ${sha256}, 6, now())`;
  let count = 0;
  return async ({ origin }) => {
    count += 1;
    const answer = await fetch(`${origin}/api/v1/preview/request`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${caller.token}` },
      body: JSON.stringify({ project_id: projectId, files: [{ path: `page-${count}.html`, sha256, size: 6 }] }),
    });
    const text = await answer.text();
    if (answer.status !== 202) throw new Error(`a preview was answered ${answer.status}: ${text}`);
    return (JSON.parse(text) as { data: { job_id: string } }).data.job_id;
  };
}

/** So many jobs, one after the other. */
async function repeated(measure: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let job = 0; job < jobsOfARound; job += 1) {
    samples.push(await measure());
    await delay(betweenMs);
  }
  return samples;
}

async function startPeer(stack: BenchStack): Promise<RunningTarget> {
  const program = new URL("../peers/bare-queue.ts", import.meta.url).pathname;
  return await stack.startPeer(() => [process.execPath, program], {
    PEER_REDIS_URL: stack.stack.redisUrl,
    PEER_REDIS_PREFIX: stack.stack.redisPrefix,
    PEER_QUEUE: bareQueue,
  });
}

const p95 = (rounds: readonly number[][]): string => quantile(rounds.flat(), 0.95).toFixed(1);

/** How soon a job is started: ours from the commit of its row, a bare one from the call that adds it. */
export async function measureQueue(bench: Bench): Promise<RowReport> {
  await using stack = await createBenchStack(bench);
  const request = await prepareRequests(stack);
  const unlimited = { HIVESYNC_TIERS: JSON.stringify({ Premium: { previewsPerMinute: 100_000 } }) };
  const api = await stack.startApi({ node: ["--import", noteCommits], environment: unlimited });
  const peer = await startPeer(stack);
  const starts = { ours: noteStarts(), bare: noteStarts() };
  await using _workers = startWorkers(stack, starts);

  const runs = {
    ours: async () => {
      const asked = process.hrtime.bigint();
      const id = await request(api);
      const started = await starts.ours.of(id);
      const committed = await commitAfter(api, asked);
      // Nobody calls back, and a user has no more than sixteen under way.
      await stack.sql`DELETE FROM preview_sessions WHERE id = ${id}`;
      return millisecondsBetween(committed, started);
    },
    bare: async () => {
      const answer = await fetch(peer.origin, { method: "POST" });
      const { id, added_at: addedAt } = (await answer.json()) as { id: string; added_at: string };
      return millisecondsBetween(BigInt(addedAt), await starts.bare.of(id));
    },
  };
  await repeated(runs.ours);
  await repeated(runs.bare);
  const samples = await inRounds(bench.rounds, { ours: () => repeated(runs.ours), bare: () => repeated(runs.bare) });
  const medians = { ours: samples.ours.map(median), bare: samples.bare.map(median) };
  return {
    readings: [
      reading({
        what: "from the commit of a job's row to its handler's start, p50",
        ours: median(medians.ours),
        beside: { name: "BullMQ alone, added to started", value: median(medians.bare) },
        unit: "ms",
        result: medianRatio(medians.ours, medians.bare),
        goal: { bound: "at_most", value: 2 },
      }),
    ],
    notes: [
      `${jobsOfARound} jobs a round, one after the other, on one Redis. Ours: a preview asked for over HTTP; the dispatcher that its commit wakes reads the row, keeps to what the user may run at once, and adds the job. The peer: \`queue.add\` in a process of its own, without anything around it.`,
      `Both workers are in the bench's process; the time ends when the handler is called. The 95th percentile is ${p95(samples.ours)} ms beside ${p95(samples.bare)} ms.`,
    ],
  };
}
