import { link, mkdir, lstat, chmod, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { DiscoveryFile } from "@hivesync/contracts/desktop";
import { newSecret } from "@hivesync/platform/ids";
import { probeDesktop } from "@hivesync/sdk/desktop/desktop-connection";
import { readDiscovery } from "@hivesync/sdk/desktop/discovery";

const claimWithinMs = 10_000;
const claimPollMs = 20;
const probeMs = 1_000;
/** Whoever holds the guard does so for an instant: one this old is of a process that was killed in it. */
const guardStaleMs = 5_000;

/** Another Desktop for the same API runs, and has proved it. */
export class AlreadyRunningError extends Error {
  override readonly name = "AlreadyRunningError";
  readonly port: number;
  readonly pid: number;

  constructor({ port, pid, upstream }: DiscoveryFile) {
    super(`A HiveSync Desktop for ${upstream} already runs on port ${port} (process ${pid}).`);
    this.port = port;
    this.pid = pid;
  }
}

/** The right to be the Desktop of one API, held by one process of the user at a time. */
export interface Claim {
  /** Whether it is still held. A file that was cleaned away is written again. */
  keep: () => Promise<boolean>;
  /** Takes the file away when it is still our own. */
  release: () => Promise<void>;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
}

/** True when the link was made, false when there is one already. The file appears with its content: nobody reads half of it. */
async function linkNew(existing: string, file: string): Promise<boolean> {
  try {
    await link(existing, file);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return hasCode(error, "ESRCH");
  }
}

/** The Desktop that a file speaks of, when it is there and proves itself. */
async function findRunning(file: string): Promise<DiscoveryFile | undefined> {
  const discovery = await readDiscovery(file);
  if (!discovery || isGone(discovery.pid)) return undefined;
  return probeDesktop(discovery, probeMs).then(
    () => discovery,
    () => undefined,
  );
}

/**
 * Puts our file in the place of a dead one. Only who holds the guard may do so, and looks again first: of several that found the same
 * dead file one succeeds, and none takes one that has become another's meanwhile.
 */
async function takeOver(mine: string, file: string, staleText: string): Promise<boolean> {
  const guard = `${file}.takeover`;
  if (!(await linkNew(mine, guard))) {
    const age = Date.now() - ((await stat(guard).catch(() => undefined))?.ctimeMs ?? Date.now());
    if (age > guardStaleMs) await rm(guard, { force: true });
    return false;
  }
  try {
    if ((await readText(file)) !== staleText) return false;
    await rename(mine, file);
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

/** Makes the folder the user's own. @throws Error when it is somebody else's. */
async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.getuid === undefined) return;
  const stats = await lstat(folder);
  if (!stats.isDirectory() || stats.uid !== process.getuid()) {
    throw new Error(`${folder} is not yours: no client would believe what stands in it.`);
  }
  if ((stats.mode & 0o777) !== 0o700) await chmod(folder, 0o700);
}

async function acquire(mine: string, file: string): Promise<void> {
  for (const end = performance.now() + claimWithinMs; performance.now() < end; await delay(claimPollMs)) {
    if (await linkNew(mine, file)) return;
    const text = await readText(file);
    if (text === undefined) continue;
    const running = await findRunning(file);
    if (running) throw new AlreadyRunningError(running);
    if (await takeOver(mine, file, text)) return;
  }
  throw new Error(`${file} cannot be taken over. Delete it, and ${file}.takeover, and start again.`);
}

/**
 * Writes the file by which clients find this Desktop, which must answer its probe by now.
 *
 * @throws AlreadyRunningError when another one for the same API is found and proves itself. What a dead one left is taken over.
 */
export async function claimDiscovery(file: string, discovery: DiscoveryFile): Promise<Claim> {
  await prepareFolder(path.dirname(file));
  const text = JSON.stringify(discovery);
  const withFile = async <Result>(work: (mine: string) => Promise<Result>): Promise<Result> => {
    const mine = `${file}.${newSecret().slice(0, 12)}.tmp`;
    await writeFile(mine, text, { mode: 0o600, flag: "wx" });
    try {
      return await work(mine);
    } finally {
      await rm(mine, { force: true });
    }
  };
  await withFile((mine) => acquire(mine, file));
  return {
    keep: async () => {
      const present = await readText(file);
      if (present !== undefined) return present === text;
      await prepareFolder(path.dirname(file));
      return withFile((mine) => linkNew(mine, file));
    },
    release: async () => {
      if ((await readText(file)) === text) await rm(file, { force: true });
    },
  };
}
