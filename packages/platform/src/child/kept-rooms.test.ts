import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { openKeptRooms, type Keeping } from "./kept-rooms.ts";
import type { Room, RoomChild } from "./room.ts";

const directory = await mkdtemp(`${tmpdir()}/hivesync-kept-rooms-`);
afterAll(() => rm(directory, { recursive: true }));

const keeping: Keeping = { maxKept: 10, keptForMs: 60_000, residentBytes: 1_000, cpuMs: 1_000, maxProcesses: 3 };
const idle = { residentBytes: 10, longestCpuMs: 10, processes: 2 };

/** A room whose child says what it uses, and is dead where it is told so. */
function roomOf({ isAlive = true, use = () => idle } = {}): Room<RoomChild> {
  const child = { isAlive: () => isAlive, use: () => Promise.resolve(use()), end: () => Promise.resolve() };
  return { directory, child, files: new Set(), jobs: 1 };
}

function open(more: Partial<Keeping> = {}) {
  const ended: Room<RoomChild>[] = [];
  const kept = openKeptRooms<RoomChild>({ ...keeping, ...more }, (room) => Promise.resolve(void ended.push(room)));
  onTestFinished(kept.close);
  const add = (room: Room<RoomChild>, owner: string): Room<RoomChild> => {
    kept.add(room, owner, new Set());
    return room;
  };
  return { kept, ended, add };
}

test("two who come at once get two rooms, also where one is dead, and nobody else's is lost", async () => {
  const { kept, ended, add } = open();
  const dead = add(roomOf({ isAlive: false }), "A");
  const own = add(roomOf(), "A");
  const other = add(roomOf(), "B");
  const taken = await Promise.all([kept.take("A"), kept.take("A")]);
  expect(taken.filter((room) => room === own)).toHaveLength(1);
  expect(taken.filter((room) => room === undefined)).toHaveLength(1);
  expect(ended).toEqual([dead]);
  expect(await kept.take("B")).toBe(other);
  expect(kept.count()).toBe(0);
});

test.each([
  ["takes memory", { ...idle, residentBytes: 2_000 }],
  ["takes processor time", { ...idle, longestCpuMs: 2_000 }],
  ["starts processes", { ...idle, processes: 4 }],
])("one that %s while it waits is ended, whoever comes or not", async (_, later) => {
  const { kept, ended, add } = open();
  let use = idle;
  const room = add(roomOf({ use: () => use }), "A");
  const quiet = add(roomOf(), "B");
  await kept.endSpent();
  expect(ended).toEqual([]);
  use = later;
  expect(
    await waitUntil(
      () => ended,
      (rooms) => rooms.length > 0,
    ),
  ).toEqual([room]);
  expect(await kept.take("B")).toBe(quiet);
});

test("one that is taken while its time ends stays with whoever took it", async () => {
  const { kept, ended, add } = open({ keptForMs: 1 });
  const room = add(roomOf(), "A");
  expect(await kept.take("A")).toBe(room);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toEqual([]);
});
