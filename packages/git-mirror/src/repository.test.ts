import { randomBytes } from "node:crypto";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRepository, type Repository } from "./repository.ts";
import type { TreeEntry } from "./tree.ts";
import { collect } from "./testing/collect.ts";
import { startGitServer, type GitServer } from "./testing/git-server.ts";
import { makeScratch, type Scratch } from "./testing/scratch.ts";

let server: GitServer;
let scratch: Scratch;

beforeAll(async () => {
  server = await startGitServer();
  scratch = await makeScratch(server);
});
afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
  await server.close();
});

const remote = (name: string) => ({ url: server.url(name) });

/** A served repository with a first commit, and a mirror of it. */
async function mirrored(name: string, files: Record<string, string | Buffer> = { "README.md": "# One" }) {
  const origin = await server.create(name);
  const first = await origin.commit({ files });
  const { repository, folder } = await scratch.mirror();
  await repository.fetch(remote(name));
  return { origin, first, repository, folder };
}

async function contents(repository: Repository, commit: string): Promise<Record<string, string>> {
  const entries = await collect(repository.listTree(commit));
  const found: Record<string, string> = {};
  let index = 0;
  for await (const { body } of repository.readBlobs(entries.map(({ oid }) => oid))) {
    found[entries[index]?.path ?? ""] = await text(body);
    index += 1;
  }
  return found;
}

describe("what a host has", () => {
  test("is told by heads, tags and the branch that HEAD names, without what tags point to", async () => {
    const origin = await server.create("listed");
    const first = await origin.commit({ files: { a: "1" } });
    await origin.commit({ branch: "feature/ü", files: { a: "2" }, from: first });
    await origin.git(["tag", "-a", "v1", "-m", "One", first]);
    await origin.git(["update-ref", "refs/pull/1/head", first]);
    await origin.git(["update-ref", "refs/notes/commits", first]);
    const { repository } = await scratch.mirror();
    const { refs, head } = await repository.listRemote(remote("listed"));
    expect(head).toBe("refs/heads/main");
    expect(Object.keys(refs).sort()).toEqual(["refs/heads/feature/ü", "refs/heads/main", "refs/tags/v1"]);
    expect(refs).toMatchObject({
      "refs/heads/main": first,
      "refs/tags/v1": await origin.git(["rev-parse", "refs/tags/v1"]),
    });
    await repository.fetch(remote("listed"));
    expect(await repository.refs()).toEqual(refs);
  });

  test("an empty repository is told from one that is not there", async () => {
    await server.create("empty");
    const { repository } = await scratch.mirror();
    await expect(repository.listRemote(remote("empty"))).rejects.toMatchObject({ reason: "empty" });
    await expect(repository.fetch(remote("empty"))).rejects.toMatchObject({ reason: "empty" });
    await expect(repository.listRemote(remote("absent"))).rejects.toMatchObject({ reason: "not_found_or_private" });
  });

  test("a HEAD that names no branch that is there is no head", async () => {
    const origin = await server.create("headless");
    await origin.commit({ branch: "trunk", files: { a: "1" } });
    const { repository } = await scratch.mirror();
    expect(await repository.listRemote(remote("headless"))).toMatchObject({ head: undefined });
    await expect(repository.resolve(undefined, undefined)).rejects.toMatchObject({ reason: "ref_not_found" });
  });

  test("a repository of SHA-256 is refused and says so", async () => {
    const origin = await server.create("sha256", "sha256");
    await origin.commit({ files: { a: "1" } });
    const { repository } = await scratch.mirror();
    await expect(repository.listRemote(remote("sha256"))).rejects.toMatchObject({ reason: "unsupported" });
    await expect(repository.fetch(remote("sha256"))).rejects.toMatchObject({ reason: "unsupported" });
  });
});

describe("fetch", () => {
  test("mirrors every file of every branch, and tells how far it is", async () => {
    const origin = await server.create("cloned");
    const files = { "README.md": "# Hello", "src/app.ts": "export {};\n", "bin/run": "#!/bin/sh\n" };
    const commit = await origin.commit({ files, modes: { "bin/run": "100755" } });
    const { repository } = await scratch.mirror();
    const seen: number[] = [];
    await repository.fetch(remote("cloned"), (ratio) => seen.push(ratio));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.every((ratio) => ratio > 0 && ratio <= 1)).toBe(true);
    expect(await contents(repository, commit)).toEqual(files);
    expect(await repository.resolve(undefined, "refs/heads/main")).toEqual({ ref: "refs/heads/main", commit });
  });

  test("of one changed file among ten thousand moves little, and of nothing changed next to nothing", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`d${index % 100}/f${index}.txt`, randomBytes(20).toString("hex")]),
    );
    const { origin, first, repository } = await mirrored("many", files);
    const whole = server.seen.bytesSent;
    expect(whole).toBeGreaterThan(300_000);
    expect(await contents(repository, first)).toEqual(files);
    server.forget();
    const second = await origin.commit({ files: { "d1/f1.txt": "changed" } });
    await repository.fetch(remote("many"));
    expect(server.seen.bytesSent).toBeLessThan(10_000);
    expect(await contents(repository, second)).toEqual({ ...files, "d1/f1.txt": "changed" });
    server.forget();
    await repository.fetch(remote("many"));
    expect(server.seen.bytesSent).toBeLessThan(2_000);
  });

  test("notices a force-push, a moved tag and a deleted branch, and takes over what is there now", async () => {
    const { origin, first, repository } = await mirrored("forced");
    await origin.commit({ branch: "gone", from: first, files: { a: "1" } });
    await origin.commit({ branch: "grows", from: first, files: { a: "1" } });
    await origin.git(["tag", "-a", "v1", "-m", "One", first]);
    await origin.git(["tag", "kept", first]);
    await repository.fetch(remote("forced"));
    const before = await repository.refs();
    const rewritten = await origin.commit({ from: null, files: { "README.md": "# Another" } });
    await origin.commit({ branch: "grows", files: { a: "2" } });
    await origin.git(["tag", "-f", "-a", "v1", "-m", "Two", rewritten]);
    await origin.git(["branch", "-D", "gone"]);
    await repository.fetch(remote("forced"));
    const after = await repository.refs();
    expect(await repository.compareRefs(before, after)).toEqual({
      forced: ["refs/heads/main", "refs/tags/v1"],
      deleted: ["refs/heads/gone"],
    });
    expect(after).toEqual((await repository.listRemote(remote("forced"))).refs);
    expect(await contents(repository, rewritten)).toEqual({ "README.md": "# Another" });
  });

  test("of branches that were all rewritten tells a hundred", async () => {
    const { origin, first, repository } = await mirrored("anew");
    const branches = Array.from({ length: 150 }, (_, index) => `refs/heads/b${index}`);
    const pointAll = (id: string) =>
      origin.git(["update-ref", "--stdin"], branches.map((name) => `update ${name} ${id}\n`).join(""));
    await pointAll(first);
    await repository.fetch(remote("anew"));
    const before = await repository.refs();
    await pointAll(await origin.commit({ from: null, files: { "README.md": "# Another" } }));
    await repository.fetch(remote("anew"));
    const { forced } = await repository.compareRefs(before, await repository.refs());
    expect(forced).toHaveLength(100);
  });

  test("takes a branch whose name was a folder of branches before, and the other way round", async () => {
    const { origin, first, repository } = await mirrored("renamed");
    await origin.git(["branch", "a/b", first]);
    await repository.fetch(remote("renamed"));
    await origin.git(["branch", "-D", "a/b"]);
    await origin.git(["branch", "a", first]);
    await repository.fetch(remote("renamed"));
    expect(Object.keys(await repository.refs())).toEqual(["refs/heads/a", "refs/heads/main"]);
    await origin.git(["branch", "-D", "a"]);
    await origin.git(["branch", "a/b", first]);
    await repository.fetch(remote("renamed"));
    expect(Object.keys(await repository.refs())).toEqual(["refs/heads/a/b", "refs/heads/main"]);
  });
});

describe("a name", () => {
  test("is a branch before a tag, then a whole name, then an object's whole id", async () => {
    const { origin, first, repository } = await mirrored("named");
    const second = await origin.commit({ branch: "both", from: first, files: { a: "2" } });
    await origin.git(["tag", "-a", "both", "-m", "Both", first]);
    await origin.git(["tag", "-a", "v1", "-m", "One", first]);
    await repository.fetch(remote("named"));
    expect(await repository.resolve("both", "refs/heads/main")).toEqual({ ref: "refs/heads/both", commit: second });
    expect(await repository.resolve("v1", undefined)).toEqual({ ref: "refs/tags/v1", commit: first });
    expect(await repository.resolve("refs/tags/both", undefined)).toEqual({ ref: "refs/tags/both", commit: first });
    expect(await repository.resolve(second, undefined)).toEqual({ ref: second, commit: second });
  });

  test("that git would read as something else is not found", async () => {
    const { origin, first, repository } = await mirrored("tricky");
    await origin.git(["tag", "blob", `${first}:README.md`]);
    await repository.fetch(remote("tricky"));
    const tricky = ["main~0", "main^{tree}", "HEAD", ":/One", "--all", first.slice(0, 12), "0".repeat(40), "", "blob"];
    for (const name of [...tricky, "../main", "main\n", "@{u}", "__proto__", `${first}:README.md`])
      await expect(repository.resolve(name, undefined)).rejects.toMatchObject({ reason: "ref_not_found" });
  });
});

describe("a tree", () => {
  test("is listed as it stands: hostile paths, links, submodules and names that differ in case", async () => {
    const origin = await server.create("hostile");
    const blob = await origin.git(["hash-object", "-w", "--stdin"], "x");
    const raw = (mode: string, name: string | Buffer): Buffer =>
      Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(blob, "hex")]);
    const write = (entries: Buffer[]) =>
      origin.git(["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], Buffer.concat(entries));
    const names = ["..", ".git", "A", "C:\\x", "README", "a", "a/b", "git~1", "line\nbreak", "readme"];
    const notUtf8 = Buffer.from([0x7a, 0xff]);
    const odd = [raw("120000", "zz-link"), raw("160000", "zz-module"), raw("100755", "zz-run"), raw("100664", "zz-w")];
    const tree = await write([...names.map((name) => raw("100644", name)), ...odd, raw("100644", notUtf8)]);
    const commit = await origin.git(["commit-tree", tree, "-m", "Hostile"]);
    await origin.git(["update-ref", "refs/heads/main", commit]);
    const { repository } = await scratch.mirror();
    await repository.fetch(remote("hostile"));
    const listed: TreeEntry[] = await collect(repository.listTree(commit));
    const file = { mode: "100644", oid: blob, size: 1 };
    expect(listed.map(({ path: name, mode, oid, size }) => ({ path: name, mode, oid, size }))).toEqual([
      ...names.map((name) => ({ path: name, ...file })),
      { path: "zz-link", ...file, mode: "120000" },
      { path: "zz-module", ...file, mode: "160000", size: undefined },
      { path: "zz-run", ...file, mode: "100755" },
      { path: "zz-w", ...file },
      { path: undefined, ...file },
    ]);
    expect(listed.at(-1)?.rawPath).toEqual(notUtf8);
  });

  test("is left by whoever has seen enough, and nothing keeps running", async () => {
    const { first, repository } = await mirrored("left", { a: "1", b: "2", c: "3" });
    for await (const { path: name } of repository.listTree(first)) {
      expect(name).toBe("a");
      break;
    }
    expect(Object.keys(await contents(repository, first))).toEqual(["a", "b", "c"]);
  });
});

describe("blobs", () => {
  test("come in the order asked for, whole, whether or not the one before was read", async () => {
    const large = Buffer.alloc(12_000_000, "0123456789abcde");
    const { first, repository } = await mirrored("large", { a: "", b: "two\n", large, z: "end" });
    const oids = new Map((await collect(repository.listTree(first))).map(({ path: name, oid }) => [name, oid]));
    const wanted = ["large", "z", "large", "a", "b"].map((name) => oids.get(name) ?? "");
    const read: [number, string | number][] = [];
    for await (const { size, body } of repository.readBlobs(wanted)) {
      if (read.length === 0) {
        read.push([size, "left"]);
        continue;
      }
      const chunks = await collect(body);
      expect(chunks.every((chunk) => chunk.length <= 65_536)).toBe(true);
      const whole = Buffer.concat(chunks);
      read.push([size, size > 100 ? whole.compare(large) : whole.toString()]);
    }
    expect(read).toEqual([
      [large.length, "left"],
      [3, "end"],
      [large.length, 0],
      [0, ""],
      [4, "two\n"],
    ]);
  });

  test("that are not there, or are no blobs, end the reading", async () => {
    const { first, repository } = await mirrored("wrong-blobs");
    for (const oid of ["0".repeat(40), first])
      await expect(collect(repository.readBlobs([oid]))).rejects.toThrow(/has no blob/);
  });
});

describe("a folder", () => {
  test("is opened again with what it holds, and copied by links that take no room", async () => {
    const { first, repository, folder } = await mirrored("opened");
    const copy = path.join(scratch.folder, "copy");
    await repository.copyTo(copy);
    for (const each of [folder, copy]) {
      const opened = await openRepository(each, scratch.options());
      expect(await opened?.refs()).toEqual({ "refs/heads/main": first });
    }
    expect(await repository.diskBytes()).toBeGreaterThan(0);
  });

  test.each<[string, (folder: string) => Promise<void>]>([
    ["a hook", (folder) => mkdir(path.join(folder, "hooks"))],
    ["a setting", (folder) => writeFile(path.join(folder, "config"), "[core]\n\tbare = true\n\tfsmonitor = id\n")],
    ["a configuration of a work tree", (folder) => writeFile(path.join(folder, "config.worktree"), "")],
    ["a folder of settings elsewhere", (folder) => writeFile(path.join(folder, "commondir"), "/tmp")],
    ["alternates", (folder) => writeFile(path.join(folder, "objects/info/alternates"), "/tmp")],
    ["attributes", (folder) => mkdir(path.join(folder, "info"))],
    ["a part of history", (folder) => writeFile(path.join(folder, "shallow"), "")],
    ["a login", (folder) => writeFile(path.join(folder, ".netrc"), "")],
    ["a link", (folder) => symlink("/etc/passwd", path.join(folder, "objects/pack/pack-x.pack"))],
    ["a HEAD elsewhere", (folder) => writeFile(path.join(folder, "HEAD"), "ref: refs/heads/x\n")],
    ["a ref to nothing", (folder) => writeFile(path.join(folder, "refs/heads/x"), `${"1".repeat(40)}\n`)],
    ["a broken list of refs", (folder) => writeFile(path.join(folder, "packed-refs"), "x")],
  ])("in which somebody put %s is not used", async (what, plant) => {
    const { folder } = await mirrored(`planted ${what}`.replaceAll(" ", "-"));
    await plant(folder);
    expect(await openRepository(folder, scratch.options())).toBeUndefined();
  });

  test("that is not there is not opened", async () => {
    expect(await openRepository(path.join(scratch.folder, "nowhere"), scratch.options())).toBeUndefined();
  });

  test("runs no hook and obeys no setting, though they were put there while it is in use", async () => {
    const { origin, repository, folder } = await mirrored("obeys-nothing");
    const trace = path.join(scratch.folder, "trace");
    const hook = `#!/bin/sh\ntouch ${trace}\n`;
    await mkdir(path.join(folder, "hooks"));
    for (const name of ["reference-transaction", "post-fetch", "pre-auto-gc", "update", "fsmonitor-watchman"])
      await writeFile(path.join(folder, "hooks", name), hook, { mode: 0o755 });
    await origin.commit({ files: { a: "2" } });
    await repository.fetch(remote("obeys-nothing"));
    await expect(readFile(trace)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("keeps working after git was killed with its locks and half a pack left", async () => {
    const { first, folder, origin } = await mirrored("left-overs");
    for (const name of ["packed-refs.lock", "refs/heads/main.lock", "objects/pack/tmp_pack_x", "FETCH_HEAD"])
      await writeFile(path.join(folder, name), "x");
    const opened = await openRepository(folder, scratch.options());
    expect(await opened?.refs()).toEqual({ "refs/heads/main": first });
    const second = await origin.commit({ files: { a: "2" } });
    await opened?.fetch(remote("left-overs"));
    expect(await opened?.refs()).toEqual({ "refs/heads/main": second });
    await expect(readFile(path.join(folder, "objects/pack/tmp_pack_x"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
