import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Room, RoomChild } from "./room.ts";

/** Which rooms stay with their owners. */
export interface Keeping {
  /** The most of them: the one used longest ago goes first. */
  readonly maxKept: number;
  readonly keptForMs: number;
  /** What a child may hold and have used at most: what is left of its limits is what the next job can use. */
  readonly residentBytes: number;
  readonly cpuMs: number;
  readonly maxProcesses: number;
}

/** Rooms that stay for the next job of whom they were used for. */
export interface KeptRooms<Child extends RoomChild> {
  readonly count: () => number;
  readonly take: (owner: string) => Promise<Room<Child> | undefined>;
  /** Keeps it with the files that are wanted again. */
  readonly add: (room: Room<Child>, owner: string, wanted: ReadonlySet<string>) => void;
  /** Ends those that have used much of what they may. */
  readonly endSpent: () => Promise<void>;
  /** Watches no more. */
  readonly close: () => void;
}

interface KeptRoom<Child extends RoomChild> {
  readonly room: Room<Child>;
  readonly owner: string;
  /** Ends when it is fit for the next job. */
  readonly tidying: Promise<void>;
  readonly expiry: NodeJS.Timeout;
}

/** Against what nobody sees that grows. */
const maxJobs = 200;
const watchIntervalMs = 1_000;
/** Longer than most stop to think between two saves. */
const usualKeptForMs = 10 * 60_000;
/** The share of its limits that a process may have used and still be kept. */
const keptShare = 0.25;

/** What a process may use at most, in all. */
interface ProcessLimits {
  readonly cpuSeconds: number;
  readonly maxResidentMb: number;
  readonly maxProcesses: number;
}

/**
 * What of its limits a process may have used and still be kept: a quarter. The processor time is to be added to what its system allows it, as the next job is to have all of its own.
 *
 * @param most - How many are kept, and for how long; ten minutes unless told.
 */
export function keepingOf(
  { cpuSeconds, maxResidentMb, maxProcesses }: ProcessLimits,
  { maxKept, keptForMs = usualKeptForMs }: { readonly maxKept: number; readonly keptForMs?: number | undefined },
): { keeping: Keeping; earlierCpuSeconds: number } {
  const earlierCpuSeconds = Math.ceil(cpuSeconds * keptShare);
  const residentBytes = maxResidentMb * 1024 * 1024 * keptShare;
  return {
    keeping: { maxKept, keptForMs, residentBytes, cpuMs: earlierCpuSeconds * 1_000, maxProcesses },
    earlierCpuSeconds,
  };
}

/** @param end - Ends a room that does not stay. */
export function openKeptRooms<Child extends RoomChild>(
  keeping: Keeping,
  end: (room: Room<Child>) => Promise<void>,
): KeptRooms<Child> {
  /** The one used longest ago first. */
  const kept: KeptRoom<Child>[] = [];
  /** Undefined where somebody else has taken it meanwhile. */
  const takeOut = (entry: KeptRoom<Child> | undefined): Room<Child> | undefined => {
    const index = entry === undefined ? -1 : kept.indexOf(entry);
    if (entry === undefined || index < 0) return undefined;
    clearTimeout(entry.expiry);
    kept.splice(index, 1);
    return entry.room;
  };
  const endEntry = async (entry: KeptRoom<Child>): Promise<void> => {
    const room = takeOut(entry);
    if (room !== undefined) await end(room);
  };
  const isSpent = async ({ child, jobs }: Room<Child>): Promise<boolean> => {
    const { residentBytes, longestCpuMs, processes } = await child.use();
    const { maxProcesses } = keeping;
    return (
      residentBytes > keeping.residentBytes ||
      longestCpuMs > keeping.cpuMs ||
      processes > maxProcesses ||
      jobs >= maxJobs
    );
  };
  const endSpent = async (): Promise<void> => {
    await Promise.all(
      kept.map(async (entry) => {
        if (await isSpent(entry.room)) await endEntry(entry);
      }),
    );
  };
  // A job's use is watched while it runs. What waits has nothing to do, and is not to take what others need.
  const watch = setInterval(() => void endSpent(), watchIntervalMs).unref();
  return {
    count: () => kept.length,
    take: async (owner) => {
      for (;;) {
        const entry = kept.find((each) => each.owner === owner);
        const room = takeOut(entry);
        if (entry === undefined || room === undefined) return undefined;
        await entry.tidying;
        if (room.child.isAlive()) return room;
        void end(room);
      }
    },
    add: (room, owner, wanted) => {
      const tidying = tidy(room, wanted);
      const expiry = setTimeout(() => void endEntry(entry), keeping.keptForMs).unref();
      const entry: KeptRoom<Child> = { room, owner, tidying, expiry };
      kept.push(entry);
      for (const oldest of kept.slice(0, -keeping.maxKept)) void endEntry(oldest);
    },
    endSpent,
    close: () => clearInterval(watch),
  };
}

/** Removes all but the files that are wanted again: what else it was given is given again. What cannot be removed goes with the room. */
async function tidy({ directory, files }: Room<RoomChild>, wanted: ReadonlySet<string>): Promise<void> {
  for (const name of files) if (!wanted.has(name)) files.delete(name);
  const names = await readdir(directory).catch(() => []);
  const rest = names.filter((name) => !files.has(name));
  await Promise.allSettled(rest.map((name) => rm(path.join(directory, name), { recursive: true, force: true })));
}
