import { writeDocs } from "@hivesync/doc-writer/document/write-docs";
import { longFile } from "@hivesync/doc-writer/score/long-file";
import { scoreCorpus, type CorpusScore } from "@hivesync/doc-writer/score/score-corpus";
import { staticEngine } from "@hivesync/doc-writer/static/static-engine";
import type { Bench } from "../bench-stack.ts";
import { reading, type RowReport } from "../report.ts";
import { median } from "../statistics.ts";

const lineCount = 5_000;
const longFiles = ["typescript/store.ts", "python/shapes.py", "java/Registry.java"];

/** Milliseconds of processor time, so that a busy machine does not count. */
async function documentLongFile(path: string): Promise<number> {
  const file = await longFile(path, lineCount);
  const order = { job_type: "document" as const, files: [file], context: [], options: {} };
  const before = process.cpuUsage();
  await writeDocs(staticEngine, order, { signal: AbortSignal.timeout(60_000), onProgress: () => undefined });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function describeTools({ files }: CorpusScore): string {
  const tools = (result: string): string =>
    [...new Set(files.filter(({ native }) => native.result === result).map(({ native }) => native.tool))].join(", ");
  return `Code compared by ${tools("same")} too; not on this machine, or none known: ${tools("absent")}.`;
}

function share(what: string, value: number, goal: number) {
  return reading({
    what,
    ours: value * 100,
    beside: { name: "all", value: 100 },
    unit: "%",
    result: value * 100,
    resultUnit: "%",
    goal: { bound: "at_least", value: goal },
  });
}

/** How well and how fast the static engine documents. */
export async function measureDocumentation(bench: Bench): Promise<RowReport> {
  const score = await scoreCorpus(staticEngine);
  const readings = [
    share("files of the corpus whose code is unchanged", score.unchangedShare, 100),
    share("public symbols with a comment that names all parameters", score.documentedShare, 98),
  ];
  for (const path of longFiles) {
    const times: number[] = [];
    for (let round = 0; round < bench.rounds; round += 1) times.push(await documentLongFile(path));
    const ms = median(times);
    readings.push(
      reading({
        what: `${path}, repeated to 5,000 lines`,
        ours: ms,
        beside: { name: "at most", value: 2_000 },
        unit: "ms",
        result: ms,
        resultUnit: "ms",
        goal: { bound: "at_most", value: 2_000 },
      }),
    );
  }
  const missing = score.files.flatMap((file) => file.missing.map((name) => `${file.path} ${name}`));
  const notes = [describeTools(score), ...(missing.length > 0 ? [`Missing: ${missing.join(", ")}.`] : [])];
  return { readings, notes };
}
