import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRepository, type RepositoryOptions } from "@hivesync/git-mirror/repository";
import { startGitServer, type GitServer } from "@hivesync/git-mirror/testing/git-server";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openMirrorCache, type MirrorCache } from "./mirror-cache.ts";

let server: GitServer;
let root: string;
let directory: string;
let options: RepositoryOptions;

const repoUrl = "https://git.example.com/a.git";

beforeAll(async () => {
  server = await startGitServer();
  await (await server.create("a.git")).commit({ files: { "a.txt": "a" } });
  options = {
    limits: { seconds: 20, cpuSeconds: 20, bytes: 10_000_000, memoryMb: 1_024, refs: 100 },
    access: server.access,
    signal: new AbortController().signal,
  };
});
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "hivesync-mirrors-"));
  directory = path.join(root, "mirrors");
});
afterEach(() => rm(root, { recursive: true, force: true }));
afterAll(() => server.close());

let folders = 0;
const newFolder = (): string => path.join(root, `job-${(folders += 1)}`);

/** Puts a mirror of the server's repository into the cache, said to be of so many bytes. */
async function adoptFetched(cache: MirrorCache, projectId: string, bytes = 100): Promise<void> {
  const folder = newFolder();
  const repository = await createRepository(folder, options);
  await repository.fetch({ url: server.url("a.git") });
  await cache.adopt(projectId, { repoUrl, chain: [`${projectId}-bundle`] }, { folder, bytes });
}

async function heldOf(cache: MirrorCache, projectIds: readonly string[]): Promise<string[]> {
  const held: string[] = [];
  for (const projectId of projectIds)
    if (await cache.copyTo(projectId, repoUrl, { folder: newFolder(), options })) held.push(projectId);
  return held;
}

test("a mirror is given as a copy in a folder of the job's own, with what it holds; changes to the copy do not reach it", async () => {
  const cache = await openMirrorCache(directory, 1_000);
  await adoptFetched(cache, "one");
  const folder = newFolder();
  const copy = await cache.copyTo("one", repoUrl, { folder, options });
  expect(copy?.chain).toEqual(["one-bundle"]);
  expect(Object.keys((await copy?.repository.refs()) ?? {})).toEqual(["refs/heads/main"]);
  await rm(folder, { recursive: true });
  expect(await heldOf(cache, ["one"])).toEqual(["one"]);
});

test("one of another address or of another project is not given", async () => {
  const cache = await openMirrorCache(directory, 1_000);
  await adoptFetched(cache, "one");
  const place = { folder: newFolder(), options };
  expect(await cache.copyTo("one", "https://git.example.com/other.git", place)).toBeUndefined();
  expect(await cache.copyTo("two", repoUrl, place)).toBeUndefined();
});

test("it holds so many bytes at most: the mirror that was not used for longest goes, also over a restart", async () => {
  const cache = await openMirrorCache(directory, 250);
  await adoptFetched(cache, "one");
  await adoptFetched(cache, "two");
  await heldOf(cache, ["one"]);
  await adoptFetched(cache, "three");
  expect(cache.usedBytes()).toBe(200);
  expect(await heldOf(cache, ["one", "two", "three"])).toEqual(["one", "three"]);
  const long = new Date(Date.now() - 60_000);
  await utimes(path.join(directory, "three", "note.json"), long, long);
  const reopened = await openMirrorCache(directory, 150);
  expect(await heldOf(reopened, ["one", "three"])).toEqual(["one"]);
  expect(await readdir(directory)).toEqual(["one"]);
});

test("a mirror larger than all of it is not kept, and none of the project is", async () => {
  const cache = await openMirrorCache(directory, 250);
  await adoptFetched(cache, "one");
  await adoptFetched(cache, "one", 300);
  expect(await heldOf(cache, ["one"])).toEqual([]);
  expect(await readdir(directory)).toEqual([]);
});

test("what a killed process left half done is removed when it is opened, and a damaged mirror when it is asked for", async () => {
  const before = await openMirrorCache(directory, 1_000);
  await adoptFetched(before, "damaged");
  await adoptFetched(before, "whole");
  await mkdir(path.join(directory, "part-123"));
  await mkdir(path.join(directory, "without-note"));
  const packs = path.join(directory, "damaged", "mirror", "objects", "pack");
  for (const name of await readdir(packs)) await rm(path.join(packs, name));
  await mkdir(path.join(directory, "whole", "mirror", "hooks"));
  await writeFile(path.join(directory, "whole", "mirror", "hooks", "post-update"), "#!/bin/sh\n");
  const cache = await openMirrorCache(directory, 1_000);
  expect((await readdir(directory)).toSorted()).toEqual(["damaged", "whole"]);
  expect(await heldOf(cache, ["damaged", "whole"])).toEqual([]);
  expect(await readdir(directory)).toEqual([]);
});

test("clearing it gives all space back", async () => {
  const cache = await openMirrorCache(directory, 1_000);
  await adoptFetched(cache, "one");
  await cache.clear();
  expect([cache.usedBytes(), await readdir(directory)]).toEqual([0, []]);
});

test("a mirror whose room another job takes while it is copied is a copy or none, and nothing of it is left", async () => {
  const cache = await openMirrorCache(directory, 1_000);
  for (const waitsFor of ["", "HEAD", "objects/pack"]) {
    await adoptFetched(cache, "one");
    const folder = newFolder();
    const copied = cache.copyTo("one", repoUrl, { folder, options });
    await waitUntil(
      () => (waitsFor === "" ? true : existsSync(path.join(folder, waitsFor))),
      (isThere) => isThere,
    );
    await cache.forget("one");
    const refs = await (await copied)?.repository.refs();
    expect(["refs/heads/main", undefined]).toContain(refs && Object.keys(refs).join());
    expect(cache.usedBytes()).toBe(0);
    expect(await readdir(directory)).toEqual([]);
  }
});
