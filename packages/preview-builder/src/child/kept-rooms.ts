import { rm } from "node:fs/promises";
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
}

/** Rooms that stay for the next build of whom they were used for. */
export interface KeptRooms {
  readonly count: () => number;
  readonly take: (owner: string) => Promise<Room | undefined>;
  /** Keeps it with the files that are wanted again. */
  readonly add: (room: Room, owner: string, wanted: ReadonlySet<string>) => void;
  /** Ends those that have used much of what they may. */
  readonly endSpent: () => Promise<void>;
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

/** @param end - Ends a room that does not stay. */
export function openKeptRooms(keeping: Keeping, end: (room: Room) => Promise<void>): KeptRooms {
  /** The one used longest ago first. */
  const kept: KeptRoom[] = [];
  const takeOut = (entry: KeptRoom): Room => {
    clearTimeout(entry.expiry);
    kept.splice(kept.indexOf(entry), 1);
    return entry.room;
  };
  const isSpent = async ({ child, builds }: Room): Promise<boolean> => {
    const { residentBytes, longestCpuMs } = await child.use();
    return residentBytes > keeping.residentBytes || longestCpuMs > keeping.cpuMs || builds >= MAX_BUILDS;
  };
  const endIfSpent = async (entry: KeptRoom): Promise<void> => {
    if ((await isSpent(entry.room)) && kept.includes(entry)) await end(takeOut(entry));
  };
  return {
    count: () => kept.length,
    take: async (owner) => {
      for (const entry of kept.filter((each) => each.owner === owner)) {
        const room = takeOut(entry);
        await entry.tidying;
        if (room.child.isAlive()) return room;
        void end(room);
      }
      return undefined;
    },
    add: (room, owner, wanted) => {
      const tidying = tidy(room, wanted);
      const expiry = setTimeout(() => void end(takeOut(entry)), keeping.keptForMs).unref();
      const entry: KeptRoom = { room, owner, tidying, expiry };
      kept.push(entry);
      for (const oldest of kept.slice(0, -keeping.maxKept)) void end(takeOut(oldest));
    },
    endSpent: async () => void (await Promise.all(kept.map(endIfSpent))),
  };
}

/** Removes the files that no build wanted last. One that cannot be removed goes with the room. */
async function tidy({ directory, files }: Room, wanted: ReadonlySet<string>): Promise<void> {
  const rest = [...files].filter((name) => !wanted.has(name));
  for (const name of rest) files.delete(name);
  await Promise.allSettled(rest.map((name) => rm(join(directory, name))));
}
