import { corpusNames } from "@hivesync/preview-builder/testing/corpus-project";
import { createCorpusScorer } from "@hivesync/preview-builder/testing/score-corpus";
import type { ProjectScore } from "@hivesync/preview-builder/testing/score-corpus";
import type { Bench } from "../bench-stack.ts";
import { reading, type RowReport } from "../report.ts";
import { median } from "../statistics.ts";

const leastProjects = 25;

function describeProject({ name, buildMs, openMs, problems }: ProjectScore): string {
  const times = `${name}: built in ${buildMs.toFixed(0)} ms, shown and used in ${openMs.toFixed(0)} ms`;
  return problems.length === 0 ? times : `${times}; ${problems.join("; ")}`;
}

/** How many projects of the preview builder's corpus are built and shown as they should be, and how long it takes. */
export async function measureCorpus(bench: Bench): Promise<RowReport> {
  await using scorer = await createCorpusScorer();
  const names = await corpusNames();
  const scores: ProjectScore[] = [];
  // The first build makes the runtimes that all others find.
  for (const name of names.slice(0, 1)) await scorer.score(name);
  for (const name of names) {
    const score = await scorer.score(name);
    bench.say(describeProject(score));
    scores.push(score);
  }
  const good = scores.filter(({ problems }) => problems.length === 0);
  const buildMs = median(scores.map((score) => score.buildMs));
  const openMs = median(scores.map((score) => score.openMs));
  return {
    readings: [
      reading({
        what: "projects of the corpus that are built and shown as they should be",
        ours: good.length,
        beside: { name: "all", value: scores.length },
        unit: "",
        result: (good.length / scores.length) * 100,
        resultUnit: "%",
        goal: { bound: "at_least", value: 100 },
      }),
      reading({
        what: "projects in the corpus",
        ours: scores.length,
        beside: { name: "at least", value: leastProjects },
        unit: "",
        result: scores.length,
        resultUnit: "",
        goal: { bound: "at_least", value: leastProjects },
      }),
      reading({
        what: "a project, in the middle",
        ours: buildMs,
        beside: { name: "shown and used", value: openMs },
        unit: "ms",
        result: buildMs,
        resultUnit: "ms",
      }),
    ],
    notes: [
      "Each is built in a confined child and opened in Chromium, framed as the viewer does; milliseconds of this machine.",
      ...scores.map(describeProject),
    ],
  };
}
