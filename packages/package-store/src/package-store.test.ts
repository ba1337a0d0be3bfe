import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPackageStore } from "#package-store.ts";
import type { PackageStoreOptions } from "#package-store.ts";
import type { PackageRefusal } from "#package-error.ts";
import type { PackageManifest, WantedPack } from "#package-source.ts";
import { openPack } from "#packs/pack-file.ts";
import { sha1Integrity } from "#registry/integrity.ts";
import { makeTarball } from "#testing/make-tarball.ts";
import { startTestRegistry } from "#testing/test-registry.ts";
import type { TestRegistry } from "#testing/test-registry.ts";

let registry: TestRegistry;
let directory: string;
beforeEach(async () => {
  registry = await startTestRegistry();
  directory = await mkdtemp(path.join(tmpdir(), "hivesync-packages-"));
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const storeOf = (more: Partial<PackageStoreOptions> = {}) =>
  openPackageStore({
    directory: path.join(directory, "store"),
    maxBytes: 1e8,
    registry: { url: registry.url },
    limits: { silenceMs: 500, answerMs: 2_000 },
    ...more,
  });

async function jobFolder(): Promise<string> {
  const parent = path.join(directory, "jobs");
  await mkdir(parent, { recursive: true });
  return await mkdtemp(path.join(parent, "job-"));
}

async function fetchPacks(
  wanted: readonly WantedPack[],
  store = storeOf(),
): Promise<readonly (string | PackageRefusal)[]> {
  const source = store.sourceFor({ folder: await jobFolder(), signal: new AbortController().signal });
  return await source.packs(wanted);
}

async function fetchManifest(
  name: string,
  range: string,
  store = storeOf(),
): Promise<PackageManifest | PackageRefusal> {
  const source = store.sourceFor({ folder: await jobFolder(), signal: new AbortController().signal });
  const [answer] = await source.manifests([{ name, range }]);
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

/** Opens a pack that was answered. */
async function openAnswer(answer: string | PackageRefusal | undefined) {
  if (typeof answer !== "string") throw new Error(`The package should be there: ${answer?.text}`);
  return await openPack(answer);
}

/** What of a hostile or broken package a preview is told. */
async function refusalOf(wanted: WantedPack, store = storeOf()): Promise<PackageRefusal> {
  const [answer] = await fetchPacks([wanted], store);
  if (answer === undefined || typeof answer === "string") throw new Error("The package should be refused.");
  expect(answer.text).toContain(wanted.name);
  expect(answer.text).not.toContain(directory);
  return answer;
}

const wantedOf = (name: string, { integrity }: { integrity: string }): WantedPack => ({
  name,
  version: "1.0.0",
  integrity,
});

describe("versions", () => {
  test("the newest that fits is picked, latest first, never a deprecated one while there is another", async () => {
    for (const version of ["1.0.0", "1.2.0", "2.0.0"]) registry.publish({ name: "a", version });
    registry.publish({ name: "b", version: "1.0.0" });
    registry.publish({ name: "b", version: "1.1.0", json: { deprecated: "no" } });
    expect(await fetchManifest("a", "^1")).toMatchObject({ version: "1.2.0" });
    expect(await fetchManifest("a", "latest")).toMatchObject({ version: "2.0.0" });
    expect(await fetchManifest("a", "*")).toMatchObject({ version: "2.0.0" });
    expect(await fetchManifest("b", "^1")).toMatchObject({ version: "1.0.0" });
  });

  test("what is needed, what is asked of the user and what is optional are told apart", async () => {
    const json = {
      dependencies: { x: "^1", y: "^2" },
      optionalDependencies: { y: "^2" },
      peerDependencies: { react: "*", z: "*" },
      peerDependenciesMeta: { z: { optional: true } },
    };
    registry.publish({ name: "@scope/a", version: "1.0.0", json });
    expect(await fetchManifest("@scope/a", "1")).toMatchObject({
      dependencies: { x: "^1" },
      peerDependencies: { react: "*", z: "*" },
      optional: ["y", "z"],
    });
  });

  test("a name that the registry does not have, and a version that it does not have, are refused by name", async () => {
    registry.publish({ name: "a", version: "1.0.0" });
    expect(await fetchManifest("nope", "*")).toMatchObject({ fault: "not-found", packageName: "nope" });
    expect(await fetchManifest("a", "^9")).toMatchObject({ fault: "no-version", text: expect.stringContaining("^9") });
  });

  test("an answer is believed for a while, and serves on while the registry is away", async () => {
    registry.publish({ name: "a", version: "1.0.0" });
    await fetchManifest("a", "^1");
    await fetchManifest("a", "^1", storeOf());
    expect(registry.requests).toEqual(["/a"]);
    registry.fault = (_, response) => Boolean(response.destroy());
    expect(await fetchManifest("a", "^1", storeOf({ limits: { manifestFreshMs: -1 } }))).toMatchObject({
      version: "1.0.0",
    });
    expect(await fetchManifest("b", "^1")).toMatchObject({
      fault: "unreachable",
      text: expect.stringMatching(/"b".*cannot be reached.*again/),
    });
  });
});

describe("packs", () => {
  test("a package's files are there by name; types, maps and native sources are not", async () => {
    const files = {
      "index.js": "export {};",
      "lib/a.css": "p{}",
      "index.d.ts": "x",
      "index.js.map": "{}",
      "ios/A.m": "x",
    };
    const wanted = wantedOf("@s/a", registry.publish({ name: "@s/a", version: "1.0.0", files }));
    const [file] = await fetchPacks([wanted]);
    const pack = await openAnswer(file);
    expect(pack.paths).toEqual(["index.js", "lib/a.css", "package.json"]);
    expect(Buffer.from(await pack.bytes("lib/a.css")).toString()).toBe("p{}");
    await pack.close();
    expect(registry.requests).toEqual(["/@s/a/-/a-1.0.0.tgz"]);
  });

  test("what was fetched once is fetched no more, by this process or another, and is whole under two at once", async () => {
    const files = { "index.js": "x".repeat(100_000) };
    const wanted = wantedOf("a", registry.publish({ name: "a", version: "1.0.0", files }));
    const both = await Promise.all([fetchPacks([wanted], storeOf()), fetchPacks([wanted], storeOf())]);
    const before = registry.requests.length;
    for (const [file] of [...both, await fetchPacks([wanted], storeOf())]) {
      const pack = await openAnswer(file);
      expect((await pack.bytes("index.js")).length).toBe(100_000);
      await pack.close();
    }
    expect(registry.requests).toHaveLength(before);
    expect((await readdir(path.join(directory, "store"))).filter((name) => name.startsWith("part-"))).toEqual([]);
  });

  test("a cached package that was cut off is fetched anew", async () => {
    const wanted = wantedOf("a", registry.publish({ name: "a", version: "1.0.0", files: { "index.js": "whole" } }));
    const [file] = await fetchPacks([wanted]);
    if (typeof file === "string") await truncate(file, 10);
    const [again] = await fetchPacks([wanted]);
    const pack = await openAnswer(again);
    expect(pack.has("index.js")).toBe(true);
    await pack.close();
  });

  test("the folder holds no more than it may, and a job keeps what it was given", async () => {
    const store = storeOf({ maxBytes: 250_000 });
    const kept: (string | PackageRefusal | undefined)[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      const content = createHash("sha512").update(name).digest("hex").repeat(800);
      const files = { "index.js": content };
      const [file] = await fetchPacks([wantedOf(name, registry.publish({ name, version: "1.0.0", files }))], store);
      kept.push(file);
    }
    expect((await readdir(path.join(directory, "store"))).length).toBeLessThan(3);
    for (const file of kept) {
      const pack = await openAnswer(file);
      expect((await pack.bytes("index.js")).length).toBe(102_400);
      await pack.close();
    }
  });

  test("a registry that keeps its tarballs elsewhere is asked where", async () => {
    const tarballPath = "/download/a/1.0.0";
    const wanted = wantedOf("a", registry.publish({ name: "a", version: "1.0.0", tarballPath }));
    expect(await fetchPacks([wanted])).toEqual([expect.any(String)]);
    expect(registry.requests).toEqual(["/a/-/a-1.0.0.tgz", "/a", tarballPath]);
  });

  test("a checksum of the old kind serves where a lockfile has no other", async () => {
    const tarball = makeTarball([{ path: "package/package.json", content: "{}" }]);
    registry.publish({ name: "a", version: "1.0.0", tarball });
    const integrity = sha1Integrity(createHash("sha1").update(tarball).digest("hex"));
    expect(await fetchPacks([wantedOf("a", { integrity })])).toEqual([expect.any(String)]);
  });

  test("the token goes to the registry", async () => {
    const wanted = wantedOf("a", registry.publish({ name: "a", version: "1.0.0" }));
    await fetchPacks([wanted], storeOf({ registry: { url: registry.url, token: "secret" } }));
    expect(registry.logins).toEqual(["Bearer secret"]);
  });
});

describe("refused", () => {
  const hostile: [what: string, fault: string, tarball: () => Buffer][] = [
    ["a path that climbs", "unsafe", () => makeTarball([{ path: "package/../../../etc/cron.d/x", content: "x" }])],
    ["an absolute path", "unsafe", () => makeTarball([{ path: "/etc/passwd", content: "x" }])],
    ["a path of another system", "unsafe", () => makeTarball([{ path: "package/..\\..\\x", content: "x" }])],
    ["no tarball", "damaged", () => Buffer.from("<html>hello</html>")],
    ["a gzip of something else", "damaged", () => gzipSync(Buffer.alloc(4_096, 1))],
    ["a tarball that was cut off", "damaged", () => makeTarball([{ path: "package/a", content: "a" }]).subarray(0, 60)],
    ["a bomb", "too-large", () => makeTarball([{ path: "package/a.js", content: Buffer.alloc(20_000_000) }])],
    ["nothing but an end without end", "damaged", () => gzipSync(Buffer.alloc(20_000_000))],
    [
      "too many files",
      "too-large",
      () => makeTarball(Array.from({ length: 1_200 }, (_, index) => ({ path: `package/${index}.js` }))),
    ],
  ];
  test.each(hostile)("%s: nothing of it is kept", async (_, fault, tarball) => {
    const wanted = wantedOf("a", registry.publish({ name: "a", version: "1.0.0", tarball: tarball() }));
    const store = storeOf({ limits: { unpackedBytes: 10_000_000, filesPerPackage: 1_000, tries: 1 } });
    expect(await refusalOf(wanted, store)).toMatchObject({ fault });
    expect(await readdir(path.join(directory, "store"))).toEqual([]);
  });

  test("links and devices are left where they are", async () => {
    const tarball = makeTarball([
      { path: "package/index.js", content: "ok" },
      { path: "package/passwd.js", type: "SymbolicLink", linkpath: "/etc/passwd" },
      { path: "package/hard.js", type: "Link", linkpath: "/etc/passwd" },
      { path: "package/null.js", type: "CharacterDevice" },
    ]);
    const [file] = await fetchPacks([wantedOf("a", registry.publish({ name: "a", version: "1.0.0", tarball }))]);
    const pack = await openAnswer(file);
    expect(pack.paths).toEqual(["index.js"]);
    await pack.close();
  });

  test("bytes that are not what the checksum says, before anything is unpacked", async () => {
    registry.publish({ name: "a", version: "1.0.0" });
    const other = `sha512-${createHash("sha512").update("other").digest("base64")}`;
    expect(await refusalOf(wantedOf("a", { integrity: other }))).toMatchObject({ fault: "damaged" });
    expect(await refusalOf(wantedOf("a", { integrity: "md5-abc" }))).toMatchObject({ fault: "damaged" });
    expect(await readdir(path.join(directory, "store"))).toEqual([]);
  });

  test("a tarball larger than it may be, and more of them than one preview may have", async () => {
    const random = createHash("sha512").update("x").digest();
    const content = Buffer.concat(
      Array.from({ length: 50 }, (_, index) => createHash("sha512").update(random).update(String(index)).digest()),
    );
    const wanted = wantedOf("a", registry.publish({ name: "a", version: "1.0.0", files: { "a.js": content } }));
    const other = wantedOf("b", registry.publish({ name: "b", version: "1.0.0", files: { "b.js": content } }));
    expect(await refusalOf(wanted, storeOf({ limits: { packedBytes: 2_000 } }))).toMatchObject({ fault: "too-large" });
    const answers = await fetchPacks([wanted, other], storeOf({ limits: { packages: 1 } }));
    expect(answers).toEqual([expect.any(String), expect.objectContaining({ fault: "too-large" })]);
    const small = await fetchPacks([other], storeOf({ limits: { totalPackedBytes: 3_000 } }));
    expect(small).toEqual([expect.objectContaining({ fault: "too-large" })]);
  });

  test("a registry that dies, hangs or answers with errors is tried again, and then told of in words", async () => {
    const wanted = wantedOf("a", registry.publish({ name: "a", version: "1.0.0" }));
    let failures = 2;
    registry.fault = (_, response) => failures-- > 0 && Boolean(response.destroy());
    expect(await fetchPacks([wanted])).toEqual([expect.any(String)]);
    const other = { ...wanted, version: "2.0.0" };
    registry.fault = () => true;
    expect(await refusalOf(other, storeOf({ limits: { silenceMs: 50, tries: 2 } }))).toMatchObject({
      fault: "unreachable",
    });
    registry.fault = (_, response) => Boolean(response.writeHead(503).end());
    expect((await refusalOf(other)).text).toMatch(/503.*again/);
  });

  test("redirects to an inner address or without https are not followed", async () => {
    const wanted = wantedOf("a", registry.publish({ name: "a", version: "1.0.0" }));
    await using inner = await startTestRegistry();
    for (const location of [
      inner.url,
      "https://127.0.0.1:1/",
      "https://[::1]/",
      "https://169.254.169.254/x",
      "https://localhost:1/",
      "file:///etc/passwd",
    ]) {
      registry.fault = (_, response) => Boolean(response.writeHead(302, { location }).end());
      expect(await refusalOf(wanted)).toMatchObject({ fault: "unreachable" });
    }
    expect(inner.requests).toEqual([]);
  });

  test("a job whose packages take too long is told so, by the name that it waited for", async () => {
    registry.fault = () => true;
    const store = storeOf({ limits: { silenceMs: 60_000, answerMs: 60_000, jobMs: 200 } });
    expect(await fetchManifest("slow", "*", store)).toMatchObject({ fault: "unreachable", packageName: "slow" });
  });

  test("a job that is given up waits for nothing", async () => {
    registry.fault = () => true;
    const controller = new AbortController();
    const source = storeOf({ limits: { silenceMs: 60_000 } }).sourceFor({
      folder: await jobFolder(),
      signal: controller.signal,
    });
    const answers = source.manifests([{ name: "a", range: "*" }]);
    const reason = new Error("cancelled");
    controller.abort(reason);
    await expect(answers).rejects.toBe(reason);
  });
});
