import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Room } from "#child/room.ts";

/** Which rooms stay with their owners. */
export interface Keeping {
  /** The most of them: the one used longest ago goes first. */
  readonly maxKept: number;
  readonly keptForMs: number;
  /** What a child may hold and have used at most: what is left of its limits is what the next build can use. */
  readonly residentBytes: number;
  readonly cpuMs: number;
  readonly maxProcesses: number;
}

/** Rooms that stay for the next build of whom they were used for. */
export interface KeptRooms {
  readonly count: () => number;
  readonly take: (owner: string) => Promise<Room | undefined>;
  /** Keeps it with the files that are wanted again. */
  readonly add: (room: Room, owner: string, wanted: ReadonlySet<string>) => void;
  /** Ends those that have used much of what they may. */
  readonly endSpent: () => Promise<void>;
  /** Watches no more. */
  readonly close: () => void;
}

interface KeptRoom {
  readonly room: Room;
  readonly owner: string;
  /** Ends when it is fit for the next build. */
  readonly tidying: Promise<void>;
  readonly expiry: NodeJS.Timeout;
}

/** Against what nobody sees that grows. */
const MAX_BUILDS = 200;
const WATCH_INTERVAL_MS = 1_000;

/** @param end - Ends a room that does not stay. */
export function openKeptRooms(keeping: Keeping, end: (room: Room) => Promise<void>): KeptRooms {
  /** The one used longest ago first. */
  const kept: KeptRoom[] = [];
  /** Undefined where somebody else has taken it meanwhile. */
  const takeOut = (entry: KeptRoom | undefined): Room | undefined => {
    const index = entry === undefined ? -1 : kept.indexOf(entry);
    if (entry === undefined || index < 0) return undefined;
    clearTimeout(entry.expiry);
    kept.splice(index, 1);
    return entry.room;
  };
  const endEntry = async (entry: KeptRoom): Promise<void> => {
    const room = takeOut(entry);
    if (room !== undefined) await end(room);
  };
  const isSpent = async ({ child, builds }: Room): Promise<boolean> => {
    const { residentBytes, longestCpuMs, processes } = await child.use();
    const { maxProcesses } = keeping;
    return (
      residentBytes > keeping.residentBytes ||
      longestCpuMs > keeping.cpuMs ||
      processes > maxProcesses ||
      builds >= MAX_BUILDS
    );
  };
  const endSpent = async (): Promise<void> => {
    await Promise.all(
      kept.map(async (entry) => {
        if (await isSpent(entry.room)) await endEntry(entry);
      }),
    );
  };
  // A build's use is watched while it runs. What waits has nothing to do, and is not to take what others need.
  const watch = setInterval(() => void endSpent(), WATCH_INTERVAL_MS).unref();
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
      const entry: KeptRoom = { room, owner, tidying, expiry };
      kept.push(entry);
      for (const oldest of kept.slice(0, -keeping.maxKept)) void endEntry(oldest);
    },
    endSpent,
    close: () => clearInterval(watch),
  };
}

/** Removes all but the files that the last build wanted: what else it was given is given again. What cannot be removed goes with the room. */
async function tidy({ directory, files }: Room, wanted: ReadonlySet<string>): Promise<void> {
  for (const name of files) if (!wanted.has(name)) files.delete(name);
  const names = await readdir(directory).catch(() => []);
  const rest = names.filter((name) => !files.has(name));
  await Promise.allSettled(rest.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}
