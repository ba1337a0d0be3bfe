import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startObjectStore, type RunningObjectStore } from "@hivesync/dev-services/object-store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId, sha256Hex } from "../ids.ts";
import { openBlobCache, type BlobCache, type WantedBlob } from "./blob-cache.ts";
import { openStorage, type Storage } from "./client.ts";
import { objectKeys } from "./object-keys.ts";

const kilobyte = 1_000;
const login = { accessKeyId: "key", secretAccessKey: "secret", bucket: "blobs", region: "us-east-1" };
const { signal } = new AbortController();

let directory: string;
let store: RunningObjectStore;
let storage: Storage;
let teamId: string;
let folders = 0;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "hivesync-blobs-"));
  store = await startObjectStore({ directory: path.join(directory, "store"), port: 0, ...login });
  storage = openStorage({ ...login, endpoint: store.endpoint });
});
afterAll(async () => {
  storage.close();
  await store.stop();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => {
  teamId = newId();
  store.faults.clear();
});

async function newFolder(): Promise<string> {
  folders += 1;
  const folder = path.join(directory, `folder-${folders}`);
  await mkdir(folder);
  return folder;
}

/** Blobs of a kilobyte each, stored for the team. */
function storeBlobs(count: number): Promise<WantedBlob[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const text = `${newId()} ${index}`.padEnd(kilobyte, ".");
      const blob = { sha256: sha256Hex(text), size: kilobyte };
      await storage.put(objectKeys.blob(teamId, blob.sha256), text, "text/plain");
      return blob;
    }),
  );
}

async function openCache(maxBytes: number, at?: string): Promise<{ cache: BlobCache; at: string }> {
  const folder = at ?? (await newFolder());
  return { cache: await openBlobCache({ directory: folder, maxBytes, storage }), at: folder };
}

/** Whether the cache has a blob itself: the store is away while it is asked. */
async function isCached(cache: BlobCache, blob: WantedBlob): Promise<boolean> {
  store.faults.set({ mode: "down" });
  const answer = cache.provide({ teamId, blobs: [blob], folder: await newFolder(), signal });
  const cached = await answer.then(
    () => true,
    () => false,
  );
  store.faults.clear();
  return cached;
}

test("blobs come into the folder under their hashes, each once, and the second time without the store", async () => {
  const { cache } = await openCache(100 * kilobyte);
  const blobs = await storeBlobs(20);
  const folder = await newFolder();
  const steps: number[] = [];
  const onProgress = (done: number): number => steps.push(done);
  expect(await cache.provide({ teamId, blobs: [...blobs, ...blobs], folder, signal, onProgress })).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual(blobs.map(({ sha256 }) => sha256).sort());
  for (const { sha256 } of blobs) expect(sha256Hex(await readFile(path.join(folder, sha256)))).toBe(sha256);
  expect(steps).toEqual(blobs.map((_, index) => index + 1));
  store.faults.set({ mode: "down" });
  expect(await cache.provide({ teamId, blobs, folder: await newFolder(), signal })).toEqual([]);
});

test("what a folder has already is not put there again; what is put there is added to it", async () => {
  const { cache } = await openCache(100 * kilobyte);
  const blobs = await storeBlobs(3);
  const [folder, first] = [await newFolder(), blobs[0]?.sha256 ?? ""];
  const present = new Set([first]);
  expect(await cache.provide({ teamId, blobs, folder, present, signal })).toEqual([]);
  const hashes = blobs.map(({ sha256 }) => sha256).sort();
  expect((await readdir(folder)).sort()).toEqual(hashes.filter((name) => name !== first));
  expect([...present].sort()).toEqual(hashes);
  expect(await cache.provide({ teamId, blobs, folder, present, signal })).toEqual([]);
});

test("the cache stays within its bytes by dropping what was not used for longest; filled folders keep theirs", async () => {
  const { cache, at } = await openCache(3 * kilobyte);
  const [a, b, c, d] = (await storeBlobs(4)) as [WantedBlob, WantedBlob, WantedBlob, WantedBlob];
  const folder = await newFolder();
  for (const blob of [a, b, c]) await cache.provide({ teamId, blobs: [blob], folder, signal });
  await cache.provide({ teamId, blobs: [a], folder: await newFolder(), signal });
  await cache.provide({ teamId, blobs: [d], folder, signal });
  expect(cache.usedBytes()).toBe(3 * kilobyte);
  expect(await readdir(at)).toHaveLength(3);
  expect(await Promise.all([a, c, d].map((blob) => isCached(cache, blob)))).toEqual([true, true, true]);
  expect(await isCached(cache, b)).toBe(false);
  expect(await readFile(path.join(folder, b.sha256))).toHaveLength(kilobyte);
});

test("more than the cache may hold is provided all the same", async () => {
  const { cache } = await openCache(5 * kilobyte);
  const blobs = await storeBlobs(40);
  const folder = await newFolder();
  expect(await cache.provide({ teamId, blobs, folder, signal })).toEqual([]);
  expect(await readdir(folder)).toHaveLength(40);
  expect(cache.usedBytes()).toBeLessThanOrEqual(5 * kilobyte);
  const { cache: tiny } = await openCache(1);
  expect(await tiny.provide({ teamId, blobs, folder: await newFolder(), signal })).toEqual([]);
  expect(tiny.usedBytes()).toBe(0);
});

test("many builds may ask for the same blobs at once", async () => {
  const { cache, at } = await openCache(100 * kilobyte);
  const blobs = await storeBlobs(10);
  const filled = await Promise.all(Array.from({ length: 8 }, newFolder));
  await Promise.all(filled.map((folder) => cache.provide({ teamId, blobs, folder, signal })));
  expect(await Promise.all(filled.map(async (folder) => (await readdir(folder)).length))).toEqual(filled.map(() => 10));
  expect(cache.usedBytes()).toBe(10 * kilobyte);
  expect(await readdir(at)).toHaveLength(10);
});

test("a later process uses what an earlier one left, and removes what that one had not finished", async () => {
  const { cache, at } = await openCache(100 * kilobyte);
  const blobs = await storeBlobs(3);
  await cache.provide({ teamId, blobs, folder: await newFolder(), signal });
  await writeFile(path.join(at, "part-of-a-killed-process"), "half");
  const { cache: later } = await openCache(2 * kilobyte, at);
  expect(later.usedBytes()).toBe(2 * kilobyte);
  expect(await readdir(at)).toHaveLength(2);
});

test("a team gets nothing that another team stored", async () => {
  const { cache } = await openCache(100 * kilobyte);
  const [blob] = (await storeBlobs(1)) as [WantedBlob];
  await cache.provide({ teamId, blobs: [blob], folder: await newFolder(), signal });
  const folder = await newFolder();
  expect(await cache.provide({ teamId: newId(), blobs: [blob], folder, signal })).toEqual([
    { ...blob, reason: "missing" },
  ]);
  expect(await readdir(folder)).toEqual([]);
});

test("all blobs that are missing or wrong are named at once, and none of them gets into folder or cache", async () => {
  const { cache, at } = await openCache(100 * kilobyte);
  const [whole, missing, wrong] = (await storeBlobs(3)) as [WantedBlob, WantedBlob, WantedBlob];
  await storage.delete([objectKeys.blob(teamId, missing.sha256)]);
  await storage.put(objectKeys.blob(teamId, wrong.sha256), "x".repeat(kilobyte), "text/plain");
  const folder = await newFolder();
  const unusable = await cache.provide({ teamId, blobs: [missing, wrong, whole], folder, signal });
  expect(unusable.sort((a, b) => b.reason.localeCompare(a.reason))).toEqual([
    { ...missing, reason: "missing" },
    { ...wrong, reason: "corrupted" },
  ]);
  expect(await readdir(folder)).toEqual([whole.sha256]);
  expect(await readdir(at)).toHaveLength(1);
});

test("a download that breaks off is a failure of the store, not of the blob", async () => {
  const { cache, at } = await openCache(100 * kilobyte);
  const blobs = await storeBlobs(1);
  store.faults.set({ mode: "truncate" });
  await expect(cache.provide({ teamId, blobs, folder: await newFolder(), signal })).rejects.toThrow("aborted");
  expect(await readdir(at)).toEqual([]);
  store.faults.clear();
  expect(await cache.provide({ teamId, blobs, folder: await newFolder(), signal })).toEqual([]);
});

test("aborted, it ends with the reason and leaves no unfinished file", async () => {
  const { cache, at } = await openCache(100 * kilobyte);
  const blobs = await storeBlobs(30);
  const abort = new AbortController();
  const reason = new Error("not wanted any more");
  const onProgress = (done: number): void => {
    if (done === 3) abort.abort(reason);
  };
  const answer = cache.provide({ teamId, blobs, folder: await newFolder(), signal: abort.signal, onProgress });
  await expect(answer).rejects.toBe(reason);
  expect((await readdir(at)).filter((name) => name.startsWith("part-"))).toEqual([]);
});
