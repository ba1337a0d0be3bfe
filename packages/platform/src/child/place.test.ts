import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openPlace } from "./place.ts";
import type { Room, RoomChild } from "./room.ts";
import { openRooms } from "./rooms.ts";

interface Result {
  limit?: string;
}

type Run = (room: Room<RoomChild>) => Promise<Result>;

const limitOf = ({ limit }: Result): string | undefined => limit;
const idle = { residentBytes: 0, longestCpuMs: 0, processes: 1 };
const child: RoomChild = { isAlive: () => true, use: () => Promise.resolve(idle), end: () => Promise.resolve() };

/** Does jobs of one owner, each with a file, in rooms whose children are none. */
async function openJobs() {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-place-"));
  const keeping = { maxKept: 1, keptForMs: 60_000, residentBytes: 1, cpuMs: 1, maxProcesses: 1 };
  const rooms = openRooms({ directory, start: () => child, spare: 0, keeping });
  onTestFinished(async () => {
    await rooms.close();
    await rm(directory, { recursive: true });
  });
  return async (run: Run, signal?: AbortSignal): Promise<Result> => {
    const place = await openPlace(rooms, "owner");
    await writeFile(path.join(place.directory, "file"), "text");
    place.files.add("file");
    try {
      return await place.work({ run, limitOf, wanted: new Set(), signal });
    } finally {
      await place.leave();
    }
  };
}

const succeed: Run = () => Promise.resolve({});
const fail: Run = () => Promise.reject(new Error("broken down"));
const hit = (limit: string) => (): Promise<Result> => Promise.resolve({ limit });

/** Tells where it was done and with what, and then does as it is told. */
function recorded(...ways: Run[]) {
  const seen: { directory: string; files: string[] }[] = [];
  const run: Run = async (room) => {
    seen.push({ directory: room.directory, files: await readdir(room.directory) });
    return (ways[seen.length - 1] ?? fail)(room);
  };
  return { seen, run };
}

test.each([
  ["breaks down", fail],
  ["reaches a limit of memory", hit("memory")],
  ["reaches a limit of processor time", hit("cpu")],
])("a job whose process did others and %s is done once more, in another one with the same files", async (_, first) => {
  const work = await openJobs();
  await work(succeed);
  const { seen, run } = recorded(first, succeed);
  expect(await work(run)).toEqual({});
  expect(seen.map(({ files }) => files)).toEqual([["file"], ["file"]]);
  expect(new Set(seen.map(({ directory }) => directory)).size).toBe(2);
});

test("one that breaks down there too fails, and is not done a third time", async () => {
  const work = await openJobs();
  await work(succeed);
  const { seen, run } = recorded(fail, fail, succeed);
  await expect(work(run)).rejects.toThrow("broken down");
  expect(seen).toHaveLength(2);
});

test("one that was the first of its process, took too long or was called off is not done again", async () => {
  const work = await openJobs();
  const first = recorded(fail, succeed);
  await expect(work(first.run)).rejects.toThrow("broken down");
  await work(succeed);
  const late = recorded(hit("time"), succeed);
  expect(await work(late.run)).toEqual({ limit: "time" });
  await work(succeed);
  const off = recorded(fail, succeed);
  await expect(work(off.run, AbortSignal.abort())).rejects.toThrow("broken down");
  expect([first, late, off].map(({ seen }) => seen.length)).toEqual([1, 1, 1]);
});
