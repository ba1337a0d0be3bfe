import { mkdirSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { defaultDirectory, readDevEnvironment } from "./env.ts";
import { explainFailure } from "./explain-failure.ts";
import { takeLock } from "./instance-lock.ts";
import { findLanAddress } from "./lan-address.ts";
import { whenLauncherEnds } from "./launchers.ts";
import { printSummary } from "./print-summary.ts";
import { createReport } from "./report.ts";
import type { Session } from "./session.ts";

// `pnpm dev`: starts the whole of HiveSync, keeps it running, and stops it.

const stopWithinMs = 15_000;
const print = (line: string): void => console.log(line);
const report = createReport(print);
let directory = defaultDirectory;
let isStopping = false;

function fail(error: unknown): never {
  report.failed(explainFailure(error, directory));
  process.exit(1);
}

async function openSession(): Promise<{ session: Session; lanAddress: string | undefined }> {
  const { values } = parseArgs({ options: { lan: { type: "boolean", default: false } } });
  const env = readDevEnvironment();
  directory = path.resolve(env.HIVESYNC_DEV_DIRECTORY);
  const lanAddress = values.lan ? findLanAddress() : undefined;
  mkdirSync(directory, { recursive: true });
  const lock = await takeLock(path.join(directory, "dev.lock"));
  // Loaded only now: a start that is refused says so at once.
  const { createSession } = await import("./session.ts");
  return { session: createSession({ env, directory, lanAddress, lock, report }), lanAddress };
}

/** Stops everything in order, once, and leaves. What is not stopped in time ends with this process. */
async function leave(session: Session, exitCode: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  setTimeout(() => fail(`not stopped within ${stopWithinMs / 1_000} s; ended by force`), stopWithinMs).unref();
  report.say("Stopping …");
  await session.stop().catch(fail);
  report.done("stopped");
  process.exit(exitCode);
}

async function main(): Promise<void> {
  const { session, lanAddress } = await openSession();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // Asked a second time: the children end with this process.
      if (isStopping) process.exit(1);
      void leave(session, 0);
    });
  }
  whenLauncherEnds(() => void leave(session, 0));
  report.say(`Starting HiveSync; its data is in ${path.relative(process.cwd(), directory) || "."}`);
  try {
    const stack = await session.start();
    printSummary({ stack, devFile: session.devFile, lanAddress, isTerminal: process.stdout.isTTY }, print);
  } catch (error) {
    // Services that end in the middle of the start make it fail; when that was asked for it is no news.
    if (isStopping) return;
    report.failed(explainFailure(error, directory));
    await leave(session, 1);
  }
}

await main().catch(fail);
