import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startServices } from "@hivesync/testing/start-services";
import type { Bench } from "./bench-stack.ts";
import type { Reading } from "./report.ts";
import { writeResult } from "./results.ts";
import { rows } from "./rows.ts";
import { describeTaken } from "./taken.ts";

const usage = `pnpm bench [--quick] [--profile <folder>] [row …]
  rows: ${Object.keys(rows).join(" ")}
  --quick    short and of few rows; written nowhere
  --profile  the API's CPU profiles are written into this folder; results nowhere`;

function leave(message: string, code: number): never {
  console.log(message);
  process.exit(code);
}

function readCommand() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      profile: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(rows, name));
  if (values.help) leave(usage, 0);
  if (unknown.length > 0) leave(`There is no row ${unknown.join(", ")}.\n${usage}`, 1);
  return { ...values, names: positionals.length > 0 ? positionals : Object.keys(rows) };
}

function print({ what, ours, beside, result, goal, met }: Reading): void {
  const verdict = met === null ? "" : ` (${goal}: ${met ? "met" : "MISSED"})`;
  console.log(`  ${what}: ${ours}; ${beside} → ${result}${verdict}`);
}

async function run(names: readonly string[], bench: Bench, isKept: boolean): Promise<void> {
  const titles = Object.fromEntries(Object.entries(rows).map(([name, { title }]) => [name, title]));
  const taken = await describeTaken(bench.services);
  for (const name of names) {
    const row = rows[name];
    if (!row) continue;
    console.log(row.title);
    try {
      const report = await row.run(bench);
      report.readings.forEach(print);
      if (report.readings.length === 0) console.log(`  ${report.notes.join(" ")}`);
      if (isKept) await writeResult(name, { report, taken }, titles);
    } catch (error) {
      console.error(`  failed: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
}

const command = readCommand();
const directory = await mkdtemp(path.join(tmpdir(), "hivesync-bench-"));
const listeners = new Set<(line: string) => void>();
const { services, stop } = await startServices({
  directory,
  durable: true,
  onPostgresLog: (line) => listeners.forEach((listener) => listener(line)),
});
const end = async (): Promise<void> => {
  await stop();
  await rm(directory, { recursive: true, force: true });
};
process.once("SIGINT", () => void end().finally(() => process.exit(130)));
const bench: Bench = {
  services,
  rounds: command.quick ? 2 : 5,
  seconds: command.quick ? 1 : 5,
  scale: command.quick ? 0.02 : 1,
  profileDirectory: command.profile,
  say: (line) => console.log(`  ${line}`),
  watchPostgresLog: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
try {
  await run(command.names, bench, !command.quick && command.profile === undefined);
} finally {
  await end();
}
