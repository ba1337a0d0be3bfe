import { link, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { openKeptRooms, type Keeping } from "./kept-rooms.ts";
import type { Room, RoomChild } from "./room.ts";

/** Rooms to do jobs in: some are made ahead, and some stay for the next job of whom they were used for. */
export interface Rooms<Child extends RoomChild> {
  /** @param owner - whose room it will be; undefined for one that is used once. */
  take: (owner: string | undefined) => Promise<Room<Child>>;
  /** Another room with the same files. The first one is given up. */
  move: (room: Room<Child>) => Promise<Room<Child>>;
  /** Keeps it for its owner, with the files that are wanted again. */
  keep: (room: Room<Child>, owner: string, wanted: ReadonlySet<string>) => Promise<void>;
  /** Ends it and takes its folder away. */
  giveUp: (room: Room<Child>) => Promise<void>;
  /** From now on keeps so many ready. */
  keepReady: (spare: number) => void;
  close: () => Promise<void>;
}

/** About what it takes to bring away and report a small job. */
const afterJobMs = 150;

interface SpareRooms<Child extends RoomChild> {
  /** From now on keeps so many. */
  keep: (count: number) => void;
  take: () => Promise<Room<Child> | undefined>;
  /** Keeps none. Waits until those under way have been started. */
  clear: () => Promise<void>;
}

/** Rooms made ahead for whoever comes. */
function openSpareRooms<Child extends RoomChild>(
  start: () => Promise<Room<Child>>,
  end: (room: Room<Child>) => Promise<void>,
): SpareRooms<Child> {
  const spare: Promise<Room<Child>>[] = [];
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

interface RoomFolder<Child extends RoomChild> {
  start: (isAhead: boolean) => Promise<Room<Child>>;
  /** What has not ended yet ends with all others at the latest. */
  end: (room: Room<Child>) => Promise<void>;
  endAll: () => Promise<void>;
}

/** Starts the child of a room: of its folder, and whether it is to be ready before its first job comes. */
type StartChild<Child extends RoomChild> = (directory: string, isAhead: boolean) => Child;

/** The folder of all rooms. */
function openRoomFolder<Child extends RoomChild>(directory: string, startChild: StartChild<Child>): RoomFolder<Child> {
  const rooms = new Set<Room<Child>>();
  const end: RoomFolder<Child>["end"] = async (room) => {
    await room.child.end();
    // What cannot be removed goes with all rooms when the next worker starts.
    await rm(room.directory, { recursive: true, force: true }).catch(() => undefined);
    rooms.delete(room);
  };
  return {
    start: async (isAhead) => {
      const own = await mkdtemp(path.join(directory, "room-"));
      const room: Room<Child> = { directory: own, child: startChild(own, isAhead), files: new Set(), jobs: 0 };
      rooms.add(room);
      return room;
    },
    end,
    endAll: async () => void (await Promise.all([...rooms].map(end))),
  };
}

async function linkAll(from: Room<RoomChild>, to: Room<RoomChild>): Promise<void> {
  const linkOne = async (name: string): Promise<void> => {
    await link(path.join(from.directory, name), path.join(to.directory, name));
    to.files.add(name);
  };
  await Promise.all([...from.files].map(linkOne));
}

/** @param given.directory - An existing folder, which the rooms are made in. */
export function openRooms<Child extends RoomChild>(given: {
  readonly directory: string;
  readonly start: StartChild<Child>;
  readonly spare: number;
  readonly keeping: Keeping;
}): Rooms<Child> {
  let wantedSpare = given.spare;
  let isOpen = true;
  const { start, end, endAll } = openRoomFolder(given.directory, given.start);
  const kept = openKeptRooms(given.keeping, end);
  const spare = openSpareRooms(() => start(true), end);
  /** Rooms that are kept are ready too, so that fewer wait for who was not here yet. */
  const refill = (): void => {
    if (isOpen) spare.keep(Math.max(Math.min(wantedSpare, 1), wantedSpare - kept.count()));
  };
  const takeNew = async (): Promise<Room<Child>> => (await spare.take()) ?? (await start(false));
  /** Only later, so that nothing of it takes time from bringing away what the job made. */
  const makeReady = (): void => {
    const work = (): void => {
      void kept.endSpent();
      refill();
    };
    setTimeout(work, afterJobMs).unref();
  };
  const giveUp = (room: Room<Child>): Promise<void> => {
    makeReady();
    return end(room);
  };
  refill();
  return {
    take: async (owner) => (owner === undefined ? undefined : await kept.take(owner)) ?? (await takeNew()),
    move: async (room) => {
      const next = await takeNew();
      try {
        await linkAll(room, next);
      } catch (error) {
        void giveUp(next);
        throw error;
      }
      void giveUp(room);
      return next;
    },
    keep: async (room, owner, wanted) => {
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
