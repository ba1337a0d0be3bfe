import { sha256Hex } from "@hivesync/platform/ids";
import type { Sql } from "postgres";
import { createBenchStack, type Bench } from "../bench-stack.ts";
import { insertProjects } from "../calls.ts";
import type { Caller } from "../callers.ts";
import { inspectable } from "../inspector.ts";
import { reading, type RowReport } from "../report.ts";
import { inRounds } from "../rounds.ts";
import { settledBytes } from "../settled-memory.ts";
import { median, medianRatio } from "../statistics.ts";

const sizes = { large: 10_000, small: 100 };
const warmUps = 3;
// With the requests of all rounds well within the 120 previews a minute of the caller's tier.
const requestsPerRound = 5;
const fileBytes = 100;
const mebibyte = 1_024 * 1_024;

interface ManifestFile {
  path: string;
  sha256: string;
  size: number;
}

function makeFiles(count: number): ManifestFile[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `src/components/folder-${index % 100}/component-${index}.tsx`,
    sha256: sha256Hex(`file ${index}`),
    size: fileBytes,
  }));
}

/** Has the team's store know these files already, so that the manifest is accepted at once. */
async function insertBlobs(sql: Sql, teamId: string, files: readonly ManifestFile[]): Promise<void> {
  await sql`INSERT INTO blobs (team_id, sha256, size, stored_at)
    SELECT ${teamId}, sha256, ${fileBytes}, now() FROM unnest(${files.map(({ sha256 }) => sha256)}::text[]) AS sha256`;
}

async function requestPreviews(origin: string, caller: Caller, body: string): Promise<number> {
  const durations: number[] = [];
  for (let request = 0; request < requestsPerRound; request += 1) {
    const start = performance.now();
    const answer = await fetch(`${origin}/api/v1/preview/request`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${caller.token}` },
      body,
    });
    const text = await answer.text();
    if (answer.status !== 202) throw new Error(`the manifest was answered ${answer.status}: ${text.slice(0, 500)}`);
    durations.push(performance.now() - start);
  }
  return median(durations);
}

/** Manifests that are accepted: time by their length, and what they leave in memory. */
export async function measureManifests(bench: Bench): Promise<RowReport> {
  await using stack = await createBenchStack(bench);
  const [caller] = await stack.insertCallers(1);
  if (!caller) throw new Error("there is no caller");
  const projectId = (await insertProjects(stack.sql, [caller], 1))(caller);
  const files = makeFiles(sizes.large);
  await insertBlobs(stack.sql, caller.teamId, files);
  await stack.sql`VACUUM ANALYZE blobs`;
  const bodyOf = (count: number): string => JSON.stringify({ project_id: projectId, files: files.slice(0, count) });
  const large = bodyOf(sizes.large);
  const small = bodyOf(sizes.small);
  const api = await stack.startApi({ node: inspectable });
  await requestPreviews(api.origin, caller, small);
  // The heap has to have the size that such requests give it.
  for (let warmUp = 0; warmUp < warmUps; warmUp += 1) await requestPreviews(api.origin, caller, large);

  const before = await settledBytes(api);
  const samples = await inRounds(bench.rounds, {
    large: () => requestPreviews(api.origin, caller, large),
    small: () => requestPreviews(api.origin, caller, small),
  });
  const after = await settledBytes(api);
  return {
    readings: [
      reading({
        what: "manifest of 10,000 files accepted, p50",
        ours: median(samples.large),
        beside: { name: "100 files", value: median(samples.small) },
        unit: "ms",
        result: medianRatio(samples.large, samples.small),
        goal: { bound: "at_most", value: 5 },
      }),
      reading({
        what: `memory of the API after ${bench.rounds * requestsPerRound} of them`,
        ours: after / mebibyte,
        beside: { name: "before", value: before / mebibyte },
        unit: "MiB",
        result: (after - before) / mebibyte,
        resultUnit: "MiB more",
        goal: { bound: "at_most", value: 10 },
      }),
    ],
    notes: [
      `One request at a time, after ${warmUps * requestsPerRound} to warm up. Storage knows every file, so nothing is asked of it; the job is written and queued, and no worker takes it. A manifest of 10,000 files is ${(large.length / mebibyte).toFixed(1)} MiB of JSON.`,
      "Memory is the resident set after garbage was collected.",
    ],
  };
}
