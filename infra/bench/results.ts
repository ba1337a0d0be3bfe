import { readFile, writeFile } from "node:fs/promises";
import type { Reading, RowReport } from "./report.ts";
import type { Taken } from "./taken.ts";

/** What is known of a row. */
interface Result {
  taken: Taken;
  readings: Reading[];
  notes: readonly string[];
}

/** Results by the names of their rows. */
export type Results = Record<string, Result>;

const fileOf = (name: string): URL => new URL(name, import.meta.url);

const intro = `# What the bench has measured

Written by \`pnpm bench\`; \`results.json\` holds the same. Every figure is a ratio, or stands beside what was measured in the same run: each round
measures both sides, one after the other and beginning with another one each time, and the result is the median of the rounds' ratios. Times by
themselves say little on a shared machine. The API runs as in production (output unchecked, log level \`error\`), each row on a database of its own.`;

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function verdict({ met }: Reading): string {
  return met === null ? "" : met ? "met" : "**missed**";
}

function describeReadings(readings: readonly Reading[]): string {
  const rows = readings.map((reading) =>
    [reading.what, reading.ours, reading.beside, reading.result, reading.goal ?? "", verdict(reading)].map(cell),
  );
  const table = [["what", "ours", "beside it", "result", "goal", ""], Array.from({ length: 6 }, () => "---"), ...rows];
  return table.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function describeTaken({ date, commit, machine, versions }: Taken): string {
  return `Taken ${date} at ${commit}, on ${machine}; ${versions}.`;
}

/** The page of results. Rows stand in the order of `titles`; what is true of all is said once. */
export function renderResults(results: Results, titles: Readonly<Record<string, string>>): string {
  const known = Object.entries(titles).flatMap(([name, title]) => {
    const result = results[name];
    return result ? [{ name, title, ...result }] : [];
  });
  const sections = known.map(({ name, title, taken, readings, notes }) =>
    [
      `## ${title} (\`${name}\`)`,
      ...(readings.length > 0 ? [describeReadings(readings)] : []),
      [...notes, describeTaken(taken)].map((note) => `- ${note}`).join("\n"),
    ].join("\n\n"),
  );
  return `${[intro, ...sections].join("\n\n")}\n`;
}

/** Puts a row's report among the results, with what belongs to it, and writes them down. */
export async function writeResult(
  name: string,
  result: { report: RowReport; taken: Taken },
  titles: Readonly<Record<string, string>>,
): Promise<void> {
  const { readings, notes, pages = {} } = result.report;
  const stored = await readFile(fileOf("results.json"), "utf8").catch(() => "{}");
  const results = { ...(JSON.parse(stored) as Results), [name]: { taken: result.taken, readings, notes } };
  await writeFile(fileOf("results.json"), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(fileOf("results.md"), renderResults(results, titles));
  for (const [page, text] of Object.entries(pages)) await writeFile(fileOf(page), text);
}
