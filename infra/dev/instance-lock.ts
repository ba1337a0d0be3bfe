import { linkSync, readFileSync, renameSync, rmSync } from "node:fs";
import process from "node:process";
import { z } from "zod";
import { writePrivateFile } from "./private-file.ts";
import { processStart } from "./process-start.ts";

const holderSchema = z.object({
  pid: z.int().positive(),
  /** Tells this process from a later one with the same id. */
  started: z.string(),
  api_url: z.string().nullable(),
  /** The children, by name, for whoever comes after a supervisor that was killed. */
  pids: z.record(z.string(), z.int()),
});
type Holder = z.output<typeof holderSchema>;

/** The right to use a folder, held by one supervisor at a time. */
export interface InstanceLock {
  /** The children of a supervisor that did not give its lock back; they may still be ending. */
  leftBehind: readonly number[];
  /** Notes what runs, for others to read. */
  note: (facts: Pick<Holder, "api_url" | "pids">) => void;
  release: () => void;
}

function readHolder(file: string): { text: string; holder: Holder | undefined } | undefined {
  try {
    const text = readFileSync(file, "utf8");
    const parsed = holderSchema.safeParse(JSON.parse(text));
    return { text, holder: parsed.data };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return { text: "", holder: undefined };
    throw error;
  }
}

const isAlive = ({ pid, started }: Holder): boolean => processStart(pid) === started;

/** True when the link was made, false when there is one already. The file appears with its content, so nobody reads half of it. */
function linkNew(existing: string, file: string): boolean {
  try {
    linkSync(existing, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes a dead holder's lock away. If another process was faster and the lock is already its own, it goes back. */
function removeStale(file: string, staleText: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (readFileSync(aside, "utf8") !== staleText) linkNew(aside, file);
  rmSync(aside);
}

function alreadyRunning({ pid, api_url }: Holder): Error {
  const where = api_url === null ? "is starting" : `runs at ${api_url}`;
  return new Error(
    `HiveSync already ${where} (process ${pid}). Stop that one first; another stack beside it needs a HIVESYNC_DEV_DIRECTORY and ports of its own.`,
  );
}

/**
 * Takes the lock of a folder.
 *
 * @throws Error that names the process that holds it. A process that has ended holds nothing, however it ended.
 */
export function takeLock(file: string): InstanceLock {
  const self = { pid: process.pid, started: processStart(process.pid) ?? "" };
  const mine = `${file}.${process.pid}`;
  const spell = (facts: Pick<Holder, "api_url" | "pids">): string => JSON.stringify({ ...self, ...facts });
  const leftBehind: number[] = [];
  writePrivateFile(mine, spell({ api_url: null, pids: {} }));
  try {
    while (!linkNew(mine, file)) {
      const found = readHolder(file);
      if (found?.holder && isAlive(found.holder)) throw alreadyRunning(found.holder);
      leftBehind.push(...Object.values(found?.holder?.pids ?? {}));
      if (found) removeStale(file, found.text);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return {
    leftBehind,
    note: (facts) => writePrivateFile(file, spell(facts)),
    release: () => rmSync(file, { force: true }),
  };
}
