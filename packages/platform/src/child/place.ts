import type { Room, RoomChild } from "./room.ts";
import type { Rooms } from "./rooms.ts";

/** How a job is done in a room. */
export interface PlaceJob<Child extends RoomChild, Result extends object> {
  run: (room: Room<Child>) => Promise<Result>;
  /** The limit that a result tells of, if it does. */
  limitOf: (result: Result) => string | undefined;
  /** Names of those of its files that the owner's next job will probably want. */
  wanted: ReadonlySet<string>;
  signal?: AbortSignal | undefined;
}

/** A room for one job. */
export interface Place<Child extends RoomChild> {
  /** To be filled with the job's files before. */
  readonly directory: string;
  /** Names of those that are there. Whoever fills the folder adds to it. */
  readonly files: Set<string>;
  /** Does it; once more in a process that nothing was done in, where it may have ended for what earlier jobs left in this one. */
  work: <Result extends object>(job: PlaceJob<Child, Result>) => Promise<Result>;
  /** Keeps the room for its owner's next job when the job was answered. Else it is given up: done when its process has ended and its folder is gone. */
  leave: () => Promise<void>;
}

/** Of the limits that a process comes to by all that it has done. Others are of one job. */
const limitsOfProcess: ReadonlySet<string | undefined> = new Set(["memory", "cpu", "processes"]);

/**
 * Takes a room, the owner's own where there is one.
 *
 * @param owner - Whose job it is; undefined for one whose room is used once.
 * @example
 * const place = await openPlace(rooms, owner);
 * await fill(place.directory);
 * const result = await place.work({ run, limitOf, wanted: new Set() });
 * await place.leave();
 */
export async function openPlace<Child extends RoomChild>(
  rooms: Rooms<Child>,
  owner: string | undefined,
): Promise<Place<Child>> {
  const first = await rooms.take(owner);
  let room = first;
  /** What the room holds of a job that was answered. */
  let answered: ReadonlySet<string> | undefined;
  const attempt = async <Result extends object>({ run, limitOf, wanted }: PlaceJob<Child, Result>): Promise<Result> => {
    answered = undefined;
    room.jobs += 1;
    const result = await run(room);
    // After a limit nobody knows what is left.
    if (limitOf(result) === undefined && room.child.isAlive()) answered = wanted;
    return result;
  };
  const attemptAnew = async <Result extends object>(job: PlaceJob<Child, Result>): Promise<Result> => {
    room = await rooms.move(room);
    return attempt(job);
  };
  return {
    directory: first.directory,
    files: first.files,
    work: async (job) => {
      if (room.jobs === 0) return attempt(job);
      const result = await attempt(job).catch((error: unknown) => {
        if (job.signal?.aborted === true) throw error;
        return undefined;
      });
      const isOfJob = result !== undefined && !limitsOfProcess.has(job.limitOf(result));
      return isOfJob ? result : attemptAnew(job);
    },
    leave: () =>
      owner !== undefined && answered !== undefined ? rooms.keep(room, owner, answered) : rooms.giveUp(room),
  };
}
