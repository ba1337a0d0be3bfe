import { link, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startBuildChild } from "#child/build-child.ts";
import type { BuildChildStart } from "#child/build-child.ts";
import { openKeptRooms } from "#child/kept-rooms.ts";
import type { Keeping } from "#child/kept-rooms.ts";
import type { Room } from "#child/room.ts";

export type RoomStart = Omit<BuildChildStart, "room" | "isAhead">;

/** Rooms to build in: some are made ahead, and some stay for the next build of whom they were used for. */
export interface Rooms {
  /** @param owner - whose room it will be; undefined for one that is used once. */
  take: (owner: string | undefined) => Promise<Room>;
  /** Another room with the same blobs. The first one is given up. */
  move: (room: Room) => Promise<Room>;
  /** Keeps it for its owner, with the files that are wanted again. */
  keep: (room: Room, owner: string, wanted: ReadonlySet<string>) => void;
  /** Ends it and takes its folder away, in its own time. */
  giveUp: (room: Room) => void;
  /** From now on keeps so many ready. */
  keepReady: (spare: number) => void;
  close: () => Promise<void>;
}

/** About what it takes to bring away and report a small preview. */
const AFTER_BUILD_MS = 150;

interface SpareRooms {
  /** From now on keeps so many. */
  keep: (count: number) => void;
  take: () => Promise<Room | undefined>;
  /** Keeps none. Waits until those under way have been started. */
  clear: () => Promise<void>;
}

/** Rooms made ahead for whoever comes. */
function openSpareRooms(start: () => Promise<Room>, end: (room: Room) => Promise<void>): SpareRooms {
  const spare: Promise<Room>[] = [];
  return {
    keep: (count) => {
      for (const room of spare.splice(count)) void room.then(end, () => undefined);
      while (spare.length < count) {
        const room = start();
        // A disk that is full is told to whoever wants the room.
        room.catch(() => undefined);
        spare.push(room);
      }
    },
    take: async () => {
      for (let next = spare.shift(); next !== undefined; next = spare.shift()) {
        const room = await next.catch(() => undefined);
        if (room?.child.isAlive()) return room;
        if (room !== undefined) void end(room);
      }
      return undefined;
    },
    clear: async () => void (await Promise.allSettled(spare.splice(0))),
  };
}

interface RoomFolder {
  start: (isAhead: boolean) => Promise<Room>;
  /** What has not ended yet ends with all others at the latest. */
  end: (room: Room) => Promise<void>;
  endAll: () => Promise<void>;
}

/** The folder of all rooms. */
function openRoomFolder(directory: string, start: RoomStart): RoomFolder {
  const rooms = new Set<Room>();
  const end: RoomFolder["end"] = async (room) => {
    await room.child.end();
    // What cannot be removed goes with all rooms when the next worker starts.
    await rm(room.directory, { recursive: true, force: true }).catch(() => undefined);
    rooms.delete(room);
  };
  return {
    start: async (isAhead) => {
      const own = await mkdtemp(join(directory, "room-"));
      const child = startBuildChild({ ...start, room: own, isAhead });
      const room: Room = { directory: own, child, files: new Set(), builds: 0 };
      rooms.add(room);
      return room;
    },
    end,
    endAll: async () => void (await Promise.all([...rooms].map(end))),
  };
}

/** @param given.directory - An existing folder, which the rooms are made in. */
export function openRooms(given: {
  readonly directory: string;
  readonly start: RoomStart;
  readonly spare: number;
  readonly keeping: Keeping;
}): Rooms {
  let wantedSpare = given.spare;
  let isOpen = true;
  const { start, end, endAll } = openRoomFolder(given.directory, given.start);
  const kept = openKeptRooms(given.keeping, end);
  const spare = openSpareRooms(() => start(true), end);
  /** Rooms that are kept are ready too, so that fewer wait for who was not here yet. */
  const refill = (): void => {
    if (isOpen) spare.keep(Math.max(Math.min(wantedSpare, 1), wantedSpare - kept.count()));
  };
  const takeNew = async (): Promise<Room> => (await spare.take()) ?? (await start(false));
  /** Only later, so that nothing of it takes time from bringing away what the build made. */
  const makeReady = (): void => {
    const work = (): void => {
      void kept.endSpent();
      refill();
    };
    setTimeout(work, AFTER_BUILD_MS).unref();
  };
  const giveUp = (room: Room): void => {
    void end(room);
    makeReady();
  };
  refill();
  return {
    take: async (owner) => (owner === undefined ? undefined : await kept.take(owner)) ?? (await takeNew()),
    move: async (room) => {
      const next = await takeNew();
      try {
        await Promise.all([...room.files].map((name) => link(join(room.directory, name), join(next.directory, name))));
      } catch (error) {
        giveUp(next);
        throw error;
      }
      for (const name of room.files) next.files.add(name);
      giveUp(room);
      return next;
    },
    keep: (room, owner, wanted) => {
      if (!isOpen || given.keeping.maxKept === 0 || !room.child.isAlive()) return giveUp(room);
      kept.add(room, owner, wanted);
      makeReady();
    },
    giveUp,
    keepReady: (wanted) => {
      wantedSpare = wanted;
      refill();
    },
    close: async () => {
      isOpen = false;
      kept.close();
      await spare.clear();
      await endAll();
    },
  };
}
