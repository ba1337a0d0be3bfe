import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { constants, deflateRawSync, deflateSync } from "node:zlib";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HostFailure } from "#git-failure.ts";
import { canned, type CannedAnswers } from "./testing/canned-protocol.ts";
import { collect } from "./testing/collect.ts";
import { startGitServer, type Behaviour, type GitServer } from "./testing/git-server.ts";
import { makePack, objectId, repeatDelta, type PackedObject } from "./testing/packs.ts";
import { processesIn } from "./testing/processes.ts";
import { makeScratch, type Scratch, type ScratchOptions } from "./testing/scratch.ts";

let server: GitServer;
let scratch: Scratch;

beforeAll(async () => {
  server = await startGitServer({ names: ["git.test"] });
  scratch = await makeScratch(server);
});
afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
  await server.close();
});

const remote = (name: string) => ({ url: server.url(name) });
const saying = (body: string): Behaviour => ({ answer: (_, response) => response.end(body).writableEnded });
async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "no failure",
    (error: unknown) => error,
  );
}

/** Nothing of what git started is left in a folder, and no half of a pack. */
async function expectNothingLeft(folder: string): Promise<void> {
  expect(
    await waitUntil(
      () => processesIn(folder),
      (found) => found.length === 0,
    ),
  ).toEqual([]);
  expect((await readdir(path.join(folder, "objects/pack"))).filter((name) => name.startsWith("tmp_"))).toEqual([]);
}

describe("a host", () => {
  test("that is too slow is left, with all that git had started", async () => {
    const origin = await server.create("slow");
    await origin.commit({ files: { a: randomBytes(200_000) } });
    server.behave("slow", { bytesPerSecond: 1_000 });
    const { repository, folder } = await scratch.mirror({ limits: { seconds: 2 } });
    await expect(repository.fetch(remote("slow"))).rejects.toMatchObject({ reason: "too_slow" });
    await expectNothingLeft(folder);
  });

  test("that dies within a pack may live again: the failure passes, and the mirror is as it was", async () => {
    const origin = await server.create("dies");
    const first = await origin.commit({ files: { a: "1" } });
    const { repository, folder } = await scratch.mirror();
    await repository.fetch(remote("dies"));
    const second = await origin.commit({ files: { b: randomBytes(200_000) } });
    for (const diesAfterBytes of [0, 30_000]) {
      server.behave("dies", { diesAfterBytes });
      expect(await failureOf(repository.fetch(remote("dies")))).toBeInstanceOf(HostFailure);
      expect(await repository.refs()).toEqual({ "refs/heads/main": first });
      await expectNothingLeft(folder);
    }
    server.behave("dies", {});
    await repository.fetch(remote("dies"));
    expect(await repository.refs()).toEqual({ "refs/heads/main": second });
  });

  test.each([500, 502, 503, 429])("that answers %i has a bad moment", async (status) => {
    server.behave(`status-${status}`, { answer: (_, response) => response.writeHead(status).end().writableEnded });
    const { repository } = await scratch.mirror();
    expect(await failureOf(repository.listRemote(remote(`status-${status}`)))).toBeInstanceOf(HostFailure);
  });

  test("that is not there has a bad moment", async () => {
    const gone = await startGitServer();
    await gone.close();
    const { repository } = await scratch.mirror({ access: { ...gone.access, caFile: server.caFile } });
    expect(await failureOf(repository.listRemote({ url: gone.url("x") }))).toBeInstanceOf(HostFailure);
  });

  test("whose certificate nobody vouches for is refused", async () => {
    const { hosts, loopbackHosts = [] } = server.access;
    const { repository } = await scratch.mirror({ access: { hosts, loopbackHosts } });
    await expect(repository.listRemote(remote("x"))).rejects.toMatchObject({ reason: "certificate_refused" });
  });

  test("that is not on the list is not asked", async () => {
    server.forget();
    const { repository } = await scratch.mirror({ access: { ...server.access, hosts: ["localhost"] } });
    await expect(repository.fetch(remote("x"))).rejects.toMatchObject({ reason: "host_not_allowed" });
    expect(server.seen.connections).toBe(0);
  });

  test("that redirects is refused, and where it points to is never asked", async () => {
    const paths: string[] = [];
    await using inner = createServer((request, response) => {
      paths.push(request.url ?? "");
      response.end();
    }).listen(0, "127.0.0.1");
    const { repository } = await scratch.mirror();
    const port = await waitUntil(
      () => inner.address(),
      (address) => address !== null,
    );
    const innerUrl = `http://127.0.0.1:${typeof port === "object" ? port?.port : ""}/metadata/`;
    const origin = await server.create("real");
    await origin.commit({ files: { a: "1" } });
    // Also on the list: a redirect would be a way around its address being checked.
    for (const redirectTo of [innerUrl, `${server.url("real")}/info/refs?service=git-upload-pack`]) {
      server.behave("redirects", { redirectTo });
      await expect(repository.listRemote(remote("redirects"))).rejects.toMatchObject({ reason: "redirected" });
      await expect(repository.fetch(remote("redirects"))).rejects.toMatchObject({ reason: "redirected" });
    }
    expect(paths).toEqual([]);
  });

  test("that serves plain files, or a web page, is no git server", async () => {
    server.behave("page", saying("<html>\n<body>Welcome</body>\n</html>\n"));
    server.behave("plain", saying(`${"1".repeat(40)}\trefs/heads/main\n`));
    const { repository } = await scratch.mirror();
    await expect(repository.listRemote(remote("page"))).rejects.toMatchObject({ reason: "protocol" });
    server.forget();
    await expect(repository.fetch(remote("plain"))).rejects.toMatchObject({ reason: "protocol" });
    expect(server.seen.requests.filter((request) => request.path.includes("/objects/"))).toEqual([]);
  });
});

describe("an address", () => {
  test("that is another one after the check is not connected to", async () => {
    const { certificates } = server;
    await using other = await startGitServer({ address: "127.0.0.2", port: server.port, certificates });
    const origin = await server.create("pinned");
    await origin.commit({ files: { a: "1" } });
    const host = `git.test:${server.port}`;
    const answers = [["127.0.0.1"], ["127.0.0.2"]];
    const lookup = (): Promise<string[]> => Promise.resolve(answers.shift() ?? ["127.0.0.2"]);
    const access = { ...server.access, hosts: [host], loopbackHosts: [host], lookup };
    const { repository } = await scratch.mirror({ access });
    const url = `https://${host}/pinned`;
    await repository.listRemote({ url });
    await repository.fetch({ url });
    expect(other.seen.connections).toBe(0);
  });

  test("is the checked one also where the system's resolver knows another", async () => {
    const { certificates } = server;
    await using other = await startGitServer({ address: "127.0.0.2", port: server.port, certificates });
    const origin = await other.create("other");
    const commit = await origin.commit({ files: { a: "1" } });
    server.forget();
    const { repository } = await scratch.mirror({
      access: { ...server.access, lookup: () => Promise.resolve(["127.0.0.2"]) },
    });
    await repository.fetch(remote("other"));
    expect(await repository.refs()).toEqual({ "refs/heads/main": commit });
    expect(server.seen.connections).toBe(0);
  });

  test("that a resolver does not know is a failure of the host, which may pass", async () => {
    for (const lookup of [() => Promise.reject(new Error("getaddrinfo ENOTFOUND")), () => Promise.resolve([])]) {
      const { repository } = await scratch.mirror({ access: { ...server.access, lookup } });
      expect(await failureOf(repository.listRemote(remote("x")))).toBeInstanceOf(HostFailure);
    }
  });

  test("that a resolver never tells is not waited for after an abort", async () => {
    const controller = new AbortController();
    const lookup = (): Promise<string[]> => {
      controller.abort(new Error("cancelled"));
      return new Promise(() => undefined);
    };
    const { repository } = await scratch.mirror({ access: { ...server.access, lookup }, signal: controller.signal });
    await expect(repository.listRemote(remote("x"))).rejects.toThrow("cancelled");
  });

  test("of loopback is refused for a host that is not one of the test's", async () => {
    server.forget();
    const { repository } = await scratch.mirror({ access: { ...server.access, loopbackHosts: [] } });
    await expect(repository.fetch(remote("x"))).rejects.toMatchObject({ reason: "address_refused" });
    expect(server.seen.connections).toBe(0);
  });
});

/** A commit with one tree, and what else a pack is to hold. */
function commitOf(tree: Buffer): { id: string; objects: PackedObject[] } {
  const person = "Ann <ann@example.org> 1700000000 +0000";
  const text = `tree ${objectId("tree", tree)}\nauthor ${person}\ncommitter ${person}\n\nOne\n`;
  const commit = Buffer.from(text);
  return {
    id: objectId("commit", commit),
    objects: [
      { kind: "commit", content: commit },
      { kind: "tree", content: tree },
    ],
  };
}

const treeOf = (name: string, id: string): Buffer =>
  Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(id, "hex")]);

let served = 0;

/** Has the host of the test's own making fetched from. */
async function fetchCanned(answers: CannedAnswers, options: ScratchOptions = {}) {
  served += 1;
  const name = `canned-${served}`;
  server.behave(name, canned(answers));
  const { repository, folder } = await scratch.mirror(options);
  const failure = await failureOf(repository.fetch(remote(name)));
  return { failure, repository, folder };
}

const listing = (id: string): string[] => [`${id} HEAD symref-target:refs/heads/main`, `${id} refs/heads/main`];
const megabyte = 1_048_576;

describe("a pack of the host's own making", () => {
  test("is taken when it is sound", async () => {
    const blob = Buffer.from("hello");
    const { id, objects } = commitOf(treeOf("a", objectId("blob", blob)));
    const pack = makePack([...objects, { kind: "blob", content: blob }]);
    const { failure, repository } = await fetchCanned({ refs: listing(id), pack });
    expect(failure).toBe("no failure");
    expect(await repository.refs()).toEqual({ "refs/heads/main": id });
  });

  test.each<[string, Buffer]>([
    ["an object that is not there", treeOf("a", "1".repeat(40))],
    ["a path twice", Buffer.concat([treeOf("a", objectId("blob", Buffer.from("x"))), treeOf("a", "2".repeat(40))])],
    [
      "paths out of order",
      Buffer.concat([treeOf("b", objectId("blob", Buffer.from("x"))), treeOf("a", "2".repeat(40))]),
    ],
    ["a tree cut short", treeOf("a", "1".repeat(40)).subarray(0, 20)],
    ["a path without a name", treeOf("", objectId("blob", Buffer.from("x")))],
  ])("is refused when it holds %s", async (_, tree) => {
    const { id, objects } = commitOf(tree);
    const pack = makePack([...objects, { kind: "blob", content: Buffer.from("x") }]);
    const { failure, repository, folder } = await fetchCanned({ refs: listing(id), pack });
    expect(failure).toMatchObject({ reason: "unsound" });
    expect(await repository.refs()).toEqual({});
    await expectNothingLeft(folder);
  });

  test("is refused when it is not what it says, cut off, or other than was asked for", async () => {
    const blob = Buffer.from("hello");
    const { id, objects } = commitOf(treeOf("a", objectId("blob", blob)));
    const pack = makePack([...objects, { kind: "blob", content: blob }]);
    const flipped = Buffer.from(pack);
    flipped.writeUInt8(flipped.readUInt8(40) ^ 1, 40);
    for (const bad of [flipped, pack.subarray(0, -20), makePack(objects), makePack([]), Buffer.from("PACK")]) {
      const { failure, repository } = await fetchCanned({ refs: listing(id), pack: bad });
      expect(failure).toBeInstanceOf(Error);
      expect(await repository.refs()).toEqual({});
    }
  });

  test("is taken with the harmless faults that old tools left in many repositories", async () => {
    const blob = Buffer.from("x");
    const below = treeOf("a", objectId("blob", blob));
    const tree = Buffer.concat([Buffer.from("040000 folder\0"), Buffer.from(objectId("tree", below), "hex")]);
    const head = `tree ${objectId("tree", tree)}\n`;
    const people = [
      "Ann <ann@example.org> 1700000000 -51800",
      "Ann <ann@example.org>1700000000 +0000",
      "Ann 1700000000",
    ];
    for (const person of people) {
      const commit = Buffer.from(`${head}author ${person}\ncommitter ${person}\n\nOne\n`);
      const id = objectId("commit", commit);
      const trees: PackedObject[] = [tree, below].map((content) => ({ kind: "tree", content }));
      const pack = makePack([{ kind: "commit", content: commit }, ...trees, { kind: "blob", content: blob }]);
      const { failure, repository } = await fetchCanned({ refs: listing(id), pack });
      expect(failure).toBe("no failure");
      expect((await collect(repository.listTree(id))).map((entry) => entry.path)).toEqual(["folder/a"]);
    }
  });

  test("with only a part of history is refused", async () => {
    const tree = Buffer.alloc(0);
    const person = "Ann <ann@example.org> 1700000000 +0000";
    const parent = "3".repeat(40);
    const commit = Buffer.from(
      `tree ${objectId("tree", tree)}\nparent ${parent}\nauthor ${person}\ncommitter ${person}\n\nOne\n`,
    );
    const id = objectId("commit", commit);
    const pack = makePack([
      { kind: "commit", content: commit },
      { kind: "tree", content: tree },
    ]);
    const { failure } = await fetchCanned({ refs: listing(id), pack, shallow: [`shallow ${id}`] });
    expect(failure).toMatchObject({ reason: "unsound" });
  });
});

describe("a bomb", () => {
  const limits = { memoryMb: 256, cpuSeconds: 5, seconds: 25 };
  const zeros = (bytes: number): Buffer => deflateSync(Buffer.alloc(bytes), { level: 1 });

  test("of one file of gigabytes in a small pack ends at its limit of processor time", async () => {
    const { id, objects } = commitOf(treeOf("a", "1".repeat(40)));
    const part = deflateRawSync(Buffer.alloc(64 * megabyte), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
    const deflated = Buffer.concat([Buffer.from([0x78, 0x01]), ...Array.from({ length: 128 }, () => part)]);
    const bomb: PackedObject = { kind: "blob", content: Buffer.alloc(0), size: 128 * 64 * megabyte, deflated };
    const pack = makePack([...objects, bomb]);
    expect(pack.length).toBeLessThan(9 * megabyte);
    const { failure, folder } = await fetchCanned(
      { refs: listing(id), pack },
      { limits: { ...limits, cpuSeconds: 1 } },
    );
    expect(failure).toMatchObject({ reason: "too_large" });
    await expectNothingLeft(folder);
  });

  test("of a tree that fills the memory when it is read ends at the limit of memory", async () => {
    const { id, objects } = commitOf(treeOf("a", "1".repeat(40)));
    const size = 600 * megabyte;
    const bomb: PackedObject = { kind: "tree", content: Buffer.alloc(0), size, deflated: zeros(64 * megabyte) };
    const { failure, folder } = await fetchCanned(
      { refs: listing(id), pack: makePack([...objects, bomb]) },
      { limits },
    );
    expect(failure).toMatchObject({ reason: "too_large" });
    await expectNothingLeft(folder);
  });

  test("of a difference that repeats its base a thousand times ends at the limit of memory", async () => {
    const { id, objects } = commitOf(treeOf("a", "1".repeat(40)));
    const base = Buffer.alloc(megabyte);
    const delta = repeatDelta(base.length, 1_000);
    const bomb: PackedObject[] = [
      { kind: "blob", content: base },
      { base: objectId("blob", base), delta },
    ];
    const pack = makePack([...objects, ...bomb]);
    expect(pack.length).toBeLessThan(megabyte / 16);
    const { failure, folder } = await fetchCanned({ refs: listing(id), pack }, { limits });
    expect(failure).toMatchObject({ reason: "too_large" });
    await expectNothingLeft(folder);
  });

  /** A tree in a tree in a tree, each with so many names for the next. */
  function nested(depth: number, names: readonly string[]): { id: string; objects: PackedObject[] } {
    const blob = Buffer.from("x");
    const objects: PackedObject[] = [{ kind: "blob", content: blob }];
    let below = { mode: "100644", id: objectId("blob", blob) };
    for (let level = 1; level < depth; level += 1) {
      const entry = (name: string) => [Buffer.from(`${below.mode} ${name}\0`), Buffer.from(below.id, "hex")];
      const content = Buffer.concat(names.flatMap(entry));
      objects.push({ kind: "tree", content });
      below = { mode: "40000", id: objectId("tree", content) };
    }
    const top = commitOf(Buffer.concat([Buffer.from("40000 top\0"), Buffer.from(below.id, "hex")]));
    return { id: top.id, objects: [...objects, ...top.objects] };
  }

  test("of folders within folders, too deep for git to follow, is unsound", async () => {
    const { id, objects } = nested(50_000, ["a"]);
    const { failure, repository } = await fetchCanned({ refs: listing(id), pack: makePack(objects) }, { limits });
    expect(failure).toMatchObject({ reason: "unsound" });
    expect(await repository.refs()).toEqual({});
  });

  test("of a few folders that make more paths than there are atoms is listed for as long as somebody reads", async () => {
    const { id, objects } = nested(40, ["a", "b", "c", "d", "e", "f", "g", "h"]);
    const { failure, repository, folder } = await fetchCanned(
      { refs: listing(id), pack: makePack(objects) },
      { limits },
    );
    expect(failure).toBe("no failure");
    let count = 0;
    for await (const { oid } of repository.listTree(id)) {
      count += oid.length > 0 ? 1 : 0;
      if (count === 10_000) break;
    }
    expect(count).toBe(10_000);
    await expectNothingLeft(folder);
  });

  test("of small packs that together are larger than the limit ends when the limit is reached", async () => {
    const origin = await server.create("grows");
    const { repository } = await scratch.mirror({ limits: { bytes: 1_200_000 } });
    const grow = async (name: string): Promise<void> => {
      await origin.commit({ files: { [name]: randomBytes(400_000) } });
      await repository.fetch(remote("grows"));
    };
    await grow("a");
    await grow("b");
    await expect(grow("c")).rejects.toMatchObject({ reason: "too_large" });
  });

  test("of a pack that is larger than the limit ends when the limit is reached", async () => {
    const origin = await server.create("too-large");
    await origin.commit({ files: { a: randomBytes(3_000_000) } });
    const { repository, folder } = await scratch.mirror({ limits: { bytes: 1_000_000 } });
    await expect(repository.fetch(remote("too-large"))).rejects.toMatchObject({ reason: "too_large" });
    await expectNothingLeft(folder);
  });
});

describe("a list of refs", () => {
  const names = (count: number) =>
    Array.from({ length: count }, (_, index) => `${"1".repeat(40)} refs/heads/b${index}`);

  test("that is longer than the limit is refused", async () => {
    server.behave("refs-1001", canned({ refs: names(1_001) }));
    server.behave("refs-1000", canned({ refs: names(1_000) }));
    const { repository } = await scratch.mirror();
    await expect(repository.listRemote(remote("refs-1001"))).rejects.toMatchObject({ reason: "too_many_refs" });
    expect(Object.keys((await repository.listRemote(remote("refs-1000"))).refs)).toHaveLength(1_000);
  });

  test("that never ends is left at a limit", async () => {
    function* endless(): Generator<string> {
      for (let index = 0; ; index += 1) yield `${"1".repeat(40)} refs/heads/${"x".repeat(60_000)}${index}`;
    }
    server.behave("endless", canned({ refs: { [Symbol.iterator]: endless } }));
    const { repository, folder } = await scratch.mirror({ limits: { memoryMb: 256, seconds: 10 } });
    await expect(repository.listRemote(remote("endless"))).rejects.toMatchObject({
      reason: expect.stringMatching(/too_(large|slow|many_refs)/) as unknown,
    });
    await expect(repository.fetch(remote("endless"))).rejects.toMatchObject({
      reason: expect.stringMatching(/too_(large|slow|many_refs)/) as unknown,
    });
    await expectNothingLeft(folder);
  });

  test("holds no name that git would not take, and none that is hostile to us", async () => {
    const id = "1".repeat(40);
    const bad = ["refs/heads/../../config", "refs/heads/a..b", "refs/heads/.x", "refs/heads/a~b", "refs/heads/x.lock"];
    const lines = [...bad, "refs/heads/", "refs/other/x", "config", "refs/heads/__proto__"].map(
      (name) => `${id} ${name}`,
    );
    server.behave("bad-names", canned({ refs: [...lines, `${id} refs/heads/main`] }));
    const { repository } = await scratch.mirror();
    const { refs } = await repository.listRemote(remote("bad-names"));
    expect(Object.keys(refs)).toEqual(["refs/heads/__proto__", "refs/heads/main"]);
  });
});
