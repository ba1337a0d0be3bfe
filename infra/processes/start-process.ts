import { fileURLToPath } from "node:url";
import { spawnTethered, type TetheredProcess } from "@hivesync/dev-services/spawn-tethered";
import { searchPath } from "./env.ts";

/** A process of ours that its starter may end as it likes. */
export interface OurProcess extends TetheredProcess {
  /** What it printed so far. */
  lines: string[];
  /** A signal straight to the process, as a crash would be. */
  kill: (signal: NodeJS.Signals) => void;
}

/** What is started, and how it is known to be ready. */
export interface ProcessStart {
  /** As people call it. */
  name: string;
  /** The program and its arguments. */
  command: readonly [string, ...string[]];
  environment: Readonly<Record<string, string>>;
  /** Where it works. Absent: where this process does. */
  cwd?: string;
  /** Whether this line, of what it prints, says that it is ready. Absent: it is taken for ready once it runs. */
  isReady?: (line: string) => boolean;
}

const readyWithinMs = 20_000;

/** The main file of an app, to be run by Node. */
export function appEntry(app: string): string {
  return fileURLToPath(new URL(`../../apps/${app}/src/main.ts`, import.meta.url));
}

/**
 * Starts a program that knows nothing but what is given here, and waits until it is ready.
 *
 * @throws Error with the last lines that it printed when it ends before that, or is not ready in time.
 */
export async function startProcess({ name, command, environment, cwd, isReady }: ProcessStart): Promise<OurProcess> {
  const lines: string[] = [];
  const ready = Promise.withResolvers<void>();
  const [program, ...args] = command;
  const child = await spawnTethered(program, args, {
    env: { PATH: searchPath, ...environment },
    ...(cwd === undefined ? {} : { cwd }),
    output: (line) => {
      lines.push(line);
      if (isReady?.(line)) ready.resolve();
    },
  });
  const fail = (what: string): void => ready.reject(new Error(`${name} ${what}:\n${lines.slice(-10).join("\n")}`));
  const timer = setTimeout(() => fail(`is not ready within ${readyWithinMs / 1_000} s`), readyWithinMs);
  void child.exited.then(() => fail("ended at its start"));
  if (!isReady) ready.resolve();
  try {
    await ready.promise;
  } catch (error) {
    await child.stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { ...child, lines, kill: (signal) => process.kill(child.pid, signal) };
}
