import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startBuildChild } from "#child/build-child.ts";
import type { BuildChild, BuildChildStart } from "#child/build-child.ts";

/** A child, and the folder that it was shown when it was started. */
export interface Room {
  readonly directory: string;
  readonly child: BuildChild;
}

export type RoomStart = Omit<BuildChildStart, "room" | "isAhead">;

/** Rooms for one build each, some made ahead. */
export interface Rooms {
  take: () => Promise<Room>;
  /** Ends it and takes its folder away, in its own time. */
  giveBack: (room: Room) => void;
  /** From now on keeps so many ready. */
  keepReady: (spare: number) => void;
  close: () => Promise<void>;
}

/** About what it takes to bring away and report a small preview. */
const REFILL_DELAY_MS = 150;

/** @param given.directory - An existing folder, which the rooms are made in. */
export function openRooms(given: {
  readonly directory: string;
  readonly start: RoomStart;
  readonly spare: number;
}): Rooms {
  let { spare } = given;
  let isOpen = true;
  const idle: Promise<Room>[] = [];
  const taken = new Set<Room>();

  const startRoom = async (isAhead: boolean): Promise<Room> => {
    const directory = await mkdtemp(join(given.directory, "room-"));
    return { directory, child: startBuildChild({ ...given.start, room: directory, isAhead }) };
  };
  const refill = (): void => {
    const missing = isOpen ? spare - idle.length : 0;
    for (let count = 0; count < missing; count++) {
      const room = startRoom(true);
      // A disk that is full is told to whoever wants the room.
      room.catch(() => undefined);
      idle.push(room);
    }
  };
  /** What has not ended yet ends with all others at the latest. */
  const end = async (room: Room): Promise<void> => {
    taken.add(room);
    await room.child.end();
    // What cannot be removed goes with all rooms when the next worker starts.
    await rm(room.directory, { recursive: true, force: true }).catch(() => undefined);
    taken.delete(room);
  };
  const findReady = async (): Promise<Room | undefined> => {
    for (let next = idle.shift(); next !== undefined; next = idle.shift()) {
      const room = await next.catch(() => undefined);
      if (room?.child.isAlive()) return room;
      if (room !== undefined) void end(room);
    }
    return undefined;
  };
  refill();
  return {
    take: async () => {
      const room = (await findReady()) ?? (await startRoom(false));
      taken.add(room);
      return room;
    },
    giveBack: (room) => {
      void end(room);
      // Only later, so that starting the next one takes no time from this build, nor from bringing away what it made.
      setTimeout(refill, REFILL_DELAY_MS).unref();
    },
    keepReady: (wanted) => {
      spare = wanted;
      for (const room of idle.splice(spare)) void room.then(end, () => undefined);
      refill();
    },
    close: async () => {
      isOpen = false;
      const rooms = await Promise.allSettled(idle);
      const left = rooms.flatMap((room) => (room.status === "fulfilled" ? [room.value] : []));
      await Promise.all([...left, ...taken].map(end));
    },
  };
}
