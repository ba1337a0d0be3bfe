import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Refs } from "./refs.ts";
import type { Repository } from "./repository.ts";
import { collect } from "./testing/collect.ts";
import { startGitServer, type GitServer } from "./testing/git-server.ts";
import { makePack } from "./testing/packs.ts";
import { makeScratch, type Scratch } from "./testing/scratch.ts";

let server: GitServer;
let scratch: Scratch;
let bundles = 0;

beforeAll(async () => {
  server = await startGitServer();
  scratch = await makeScratch(server);
});
afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
  await server.close();
});

const remote = (name: string) => ({ url: server.url(name) });

async function newRepository(name: string) {
  const origin = await server.create(name);
  const { repository } = await scratch.mirror();
  return { origin, repository };
}

/** Writes what is new since some refs, and gives the file, if any. */
async function bundle(repository: Repository, since: Refs | undefined): Promise<string | undefined> {
  bundles += 1;
  const file = path.join(scratch.folder, `bundle-${bundles}`);
  const written = await repository.writeBundle(file, since);
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  );
  expect(written?.bytes).toBe(size);
  return written && file;
}

test("a chain of bundles, with a force-push, tags and deletions in between, restores exactly the refs and files", async () => {
  const { origin, repository } = await newRepository("chain");
  const files: string[] = [];
  let since: Refs | undefined;
  const step = async (): Promise<void> => {
    await repository.fetch(remote("chain"));
    const file = await bundle(repository, since);
    if (file !== undefined) files.push(file);
    since = await repository.refs();
  };
  const first = await origin.commit({ files: { a: "1", b: "1" } });
  await origin.commit({ branch: "old", from: first, files: { c: "1" } });
  await origin.git(["tag", "-a", "v1", "-m", "One", first]);
  await origin.git(["tag", "tree", `${first}^{tree}`]);
  await step();
  await origin.commit({ files: { a: "2" } });
  await step();
  const rewritten = await origin.commit({ from: first, files: { a: "3" } });
  await origin.git(["branch", "-D", "old"]);
  await origin.git(["tag", "-f", "-a", "v1", "-m", "Two", rewritten]);
  await step();
  // Nothing new but a name for what was there, and a tag for what is old.
  await origin.git(["branch", "old/again", first]);
  await step();
  await origin.git(["tag", "-a", "v0", "-m", "Zero", first]);
  await step();
  await origin.commit({ from: null, files: { d: "1" }, message: "Another history" });
  await step();
  const expected = await repository.refs();
  expect(files).toHaveLength(5);

  const { repository: restored } = await scratch.mirror();
  await restored.loadBundles(files, expected);
  expect(await restored.refs()).toEqual(expected);
  for (const commit of [expected["refs/heads/main"], expected["refs/heads/old/again"], rewritten]) {
    const listed = await collect(restored.listTree(commit ?? ""));
    expect(listed).toEqual(await collect(repository.listTree(commit ?? "")));
    await collect(restored.readBlobs(listed.map(({ oid }) => oid)));
  }
  // It goes on from there.
  await origin.commit({ files: { e: "1" } });
  server.forget();
  await restored.fetch(remote("chain"));
  expect(await restored.compareRefs(expected, await restored.refs())).toEqual({ forced: [], deleted: [] });
  const next = await bundle(restored, expected);
  expect((await readFile(next ?? "")).length).toBeLessThan(1_000);
});

test("nothing new makes no bundle", async () => {
  const { origin, repository } = await newRepository("unchanged");
  const first = await origin.commit({ files: { a: "1" } });
  await origin.git(["tag", "-a", "v1", "-m", "One", first]);
  await repository.fetch(remote("unchanged"));
  const refs = await repository.refs();
  expect(await bundle(repository, refs)).toBeUndefined();
  await origin.git(["branch", "again", first]);
  await repository.fetch(remote("unchanged"));
  expect(await bundle(repository, refs)).toBeUndefined();
});

test("a bundle since refs that the mirror does not hold has everything", async () => {
  const { origin, repository } = await newRepository("since-unknown");
  await origin.commit({ files: { a: "1" } });
  await repository.fetch(remote("since-unknown"));
  const file = await bundle(repository, { "refs/heads/main": "1".repeat(40) });
  const { repository: restored } = await scratch.mirror();
  await restored.loadBundles([file ?? ""], await repository.refs());
  expect(await restored.refs()).toEqual(await repository.refs());
});

test("a bundle is one that git itself reads", async () => {
  const { origin, repository } = await newRepository("plain");
  await origin.commit({ files: { a: "1" } });
  await repository.fetch(remote("plain"));
  const file = await bundle(repository, undefined);
  const other = await server.create("clone-of-bundle");
  await other.git(["fetch", "--quiet", file ?? "", "+refs/*:refs/*"]);
  expect(await other.git(["rev-parse", "refs/heads/main"])).toBe((await repository.refs())["refs/heads/main"]);
});

test("a bundle with a byte that differs is refused wherever that byte is in its pack", async () => {
  const { origin, repository } = await newRepository("flipped");
  await origin.commit({ files: { a: "some text that is long enough", b: "more" } });
  await repository.fetch(remote("flipped"));
  const refs = await repository.refs();
  const whole = await readFile((await bundle(repository, undefined)) ?? "");
  const start = whole.indexOf("\n\nPACK") + 2;
  const step = Math.ceil((whole.length - start) / 12);
  for (let place = start; place < whole.length; place += step) {
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(place) ^ 0x10, place);
    const file = path.join(scratch.folder, `flipped-${place}`);
    await writeFile(file, flipped);
    const { repository: restored } = await scratch.mirror();
    await expect(restored.loadBundles([file], refs)).rejects.toMatchObject({ reason: "unsound" });
    expect(await restored.refs()).toEqual({});
  }
});

test("what is no bundle, or not all of one, is refused", async () => {
  const { origin, repository } = await newRepository("cut");
  await origin.commit({ files: { a: "1" } });
  await repository.fetch(remote("cut"));
  const refs = await repository.refs();
  const whole = await readFile((await bundle(repository, undefined)) ?? "");
  const text = whole.toString("latin1");
  const latin1 = (changed: string): Buffer => Buffer.from(changed, "latin1");
  const bad = [
    Buffer.alloc(0),
    Buffer.from("hello"),
    whole.subarray(0, 30),
    whole.subarray(0, -1),
    whole.subarray(0, whole.indexOf("PACK")),
    Buffer.concat([whole, whole]),
    latin1(text.replace("# v2", "# v9")),
    latin1(text.replace("\n\nPACK", "\nnonsense\n\nPACK")),
    Buffer.concat([whole.subarray(0, whole.indexOf("PACK")), makePack([])]),
  ];
  for (const [index, content] of bad.entries()) {
    const file = path.join(scratch.folder, `bad-${index}`);
    await writeFile(file, content);
    const { repository: restored } = await scratch.mirror();
    await expect(restored.loadBundles([file], refs), `bad bundle ${index}`).rejects.toMatchObject({
      reason: "unsound",
    });
  }
});

test("a chain with a link missing or in the wrong order is refused", async () => {
  const { origin, repository } = await newRepository("links");
  const files: string[] = [];
  let since: Refs | undefined;
  for (const content of ["1", "2", "3"]) {
    await origin.commit({ files: { a: content, [content]: "x" } });
    await repository.fetch(remote("links"));
    files.push((await bundle(repository, since)) ?? "");
    since = await repository.refs();
  }
  const [one = "", two = "", three = ""] = files;
  for (const chain of [
    [two, three],
    [one, three],
    [two, one, three],
    [one, two],
  ]) {
    const { repository: restored } = await scratch.mirror();
    await expect(restored.loadBundles(chain, since ?? {})).rejects.toMatchObject({ reason: "unsound" });
  }
});

test("refs that are none of a mirror's are not set", async () => {
  const { repository } = await scratch.mirror();
  for (const name of ["HEAD", "refs/replace/x", "refs/heads/../../config", "refs/heads/a\nupdate refs/heads/b"])
    await expect(repository.loadBundles([], { [name]: "1".repeat(40) })).rejects.toThrow(/cannot be a ref/);
});
