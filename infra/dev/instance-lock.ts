import { linkSync, readFileSync, renameSync, rmSync } from "node:fs";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { writePrivateFile } from "./private-file.ts";
import { processStart } from "./process-start.ts";

const takeOverWithinMs = 1_500;
const takeOverPollMs = 20;

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

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function readLock(file: string): { text: string; holder: Holder | undefined } | undefined {
  try {
    const text = readFileSync(file, "utf8");
    return { text, holder: parseHolder(text) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
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

/**
 * Puts our lock in the place of a dead holder's. Only who holds the guard may do so, and looks again first: of several that found the
 * same dead holder one succeeds, and none takes a lock that has become another's meanwhile.
 */
function takeOver(mine: string, file: string, staleText: string): boolean {
  const guard = `${file}.takeover`;
  if (!linkNew(mine, guard)) return false;
  try {
    if (readLock(file)?.text !== staleText) return false;
    renameSync(mine, file);
    return true;
  } finally {
    rmSync(guard);
  }
}

function alreadyRunning({ pid, api_url }: Holder): Error {
  const where = api_url === null ? "starts here" : `runs at ${api_url}`;
  return new Error(
    `HiveSync already ${where} (process ${pid}). Stop that one first; another stack beside it needs a HIVESYNC_DEV_DIRECTORY and ports of its own.`,
  );
}

async function acquire(mine: string, file: string): Promise<readonly number[]> {
  for (const end = performance.now() + takeOverWithinMs; performance.now() < end; await delay(takeOverPollMs)) {
    if (linkNew(mine, file)) return [];
    const found = readLock(file);
    if (found?.holder && isAlive(found.holder)) throw alreadyRunning(found.holder);
    if (found && takeOver(mine, file, found.text)) return Object.values(found.holder?.pids ?? {});
  }
  throw new Error(`${file} is left of a start that broke off. Delete it, and ${file}.takeover, and start again.`);
}

/**
 * Takes the lock of a folder.
 *
 * @throws Error that names the process that holds it. A process that has ended holds nothing, however it ended.
 */
export async function takeLock(file: string): Promise<InstanceLock> {
  const self = { pid: process.pid, started: processStart(process.pid) ?? "" };
  const mine = `${file}.${process.pid}`;
  const spell = (facts: Pick<Holder, "api_url" | "pids">): string => JSON.stringify({ ...self, ...facts });
  writePrivateFile(mine, spell({ api_url: null, pids: {} }));
  try {
    const leftBehind = await acquire(mine, file);
    return {
      leftBehind,
      note: (facts) => writePrivateFile(file, spell(facts)),
      release: () => rmSync(file, { force: true }),
    };
  } finally {
    rmSync(mine, { force: true });
  }
}
