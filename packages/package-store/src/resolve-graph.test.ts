import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { LOCKFILE_NAMES, readLockfile } from "#lockfiles/read-lockfile.ts";
import type { Lockfile } from "#lockfiles/lockfile.ts";
import type { PackageManifest, WantedManifest } from "#package-source.ts";
import { resolveGraph } from "#resolve-graph.ts";
import type { GraphRequest } from "#resolve-graph.ts";

// Each was written by its own tool for one project; `leaf` is in it in two versions, once under the name `old`.
const FILES: readonly [file: string, name: (typeof LOCKFILE_NAMES)[number]][] = [
  ["npm-3.json", "package-lock.json"],
  ["npm-1.json", "package-lock.json"],
  ["pnpm-9.yaml", "pnpm-lock.yaml"],
  ["pnpm-6.yaml", "pnpm-lock.yaml"],
  ["yarn-1.lock", "yarn.lock"],
  ["yarn-4.lock", "yarn.lock"],
];
const RANGES = { leaf: "^2.0.0", other: "^1.0.0", host: "^3.0.0" };

async function lockfile(file: string, name: string): Promise<Lockfile> {
  const text = await readFile(new URL(`./testing/lockfiles/${file}`, import.meta.url), "utf8");
  return await readLockfile({ path: name, text, importer: "" });
}

/** A registry of these rows, which counts what it is asked for. */
function registryOf(rows: readonly Partial<PackageManifest>[]) {
  const asked: string[] = [];
  const manifests = async (wanted: readonly WantedManifest[]) => {
    asked.push(...wanted.map(({ name, range }) => `${name}@${range}`));
    return wanted.map(({ name, range }) => {
      const found = rows.findLast(
        (row) => row.name === name && ["*", "latest", row.version].includes(range.replace(/^[\^~]/, "")),
      );
      const base = { integrity: `sha512-${name}`, dependencies: {}, peerDependencies: {}, optional: [] };
      if (found === undefined) return { fault: "not-found", packageName: name, text: `no "${name}"` } as const;
      return { ...base, name, version: "1.0.0", ...found };
    });
  };
  return { asked, manifests };
}

const resolve = (request: Partial<GraphRequest>) =>
  resolveGraph({
    names: [],
    ranges: {},
    isHosted: () => false,
    manifests: registryOf([]).manifests,
    peersOf: async (rows) =>
      rows.map(({ name }) => ({
        peerDependencies: name === "@scope/mid" ? { host: ">=1", maybe: "*" } : {},
        optional: ["maybe"],
      })),
    ...request,
  });

describe("lockfiles", () => {
  test.each(FILES)("%s gives the graph that its tool made, without a question to the registry", async (file, name) => {
    const sums = file === "yarn-4.lock" ? ["leaf", "other", "@scope/mid", "host"].map((row) => ({ name: row })) : [];
    // What yarn 4 keeps is no checksum of the tarball, so the registry is asked for those.
    const versions = sums.flatMap(({ name: row }) =>
      ["1.0.0", "1.1.0", "1.2.0", "2.0.0", "3.0.0"].map((version) => ({ name: row, version })),
    );
    const registry = registryOf(versions);
    const graph = await resolve({
      names: ["other", "leaf"],
      ranges: RANGES,
      lockfile: await lockfile(file, name),
      manifests: registry.manifests,
    });
    const version = (id: string | undefined) => graph.instances[id ?? ""]?.version;
    const to = (edge: unknown) => (edge as { to?: string } | undefined)?.to;
    expect(version(to(graph.roots["leaf"]))).toBe("2.0.0");
    const other = graph.instances[to(graph.roots["other"]) ?? ""];
    expect(graph.instances[to(other?.edges["old"]) ?? ""]).toMatchObject({ name: "leaf", version: "1.2.0" });
    expect(other?.edges["gone"]).toEqual({ absent: true });
    const mid = graph.instances[to(other?.edges["@scope/mid"]) ?? ""];
    expect(mid?.version).toBe("1.1.0");
    expect(version(to(mid?.edges["leaf"]))).toBe("1.2.0");
    expect(version(to(mid?.edges["host"]))).toBe("3.0.0");
    expect(mid?.edges["maybe"]).toEqual({ absent: true });
    expect(Object.values(graph.instances).every(({ integrity }) => integrity.startsWith("sha512-"))).toBe(true);
    // Yarn 4 has no checksums of tarballs: the registry's count.
    expect(registry.asked.length).toBe(file === "yarn-4.lock" ? 5 : 0);
  });

  test.each(FILES)("%s: only what is imported is in the graph, and what the page has is not", async (file, name) => {
    const lock = await lockfile(file, name);
    const rows = ["1.0.0", "1.1.0", "1.2.0", "2.0.0"].flatMap((version) =>
      ["leaf", "other", "@scope/mid"].map((row) => ({ name: row, version })),
    );
    const { manifests } = registryOf(rows);
    const one = await resolve({ names: ["leaf"], ranges: RANGES, lockfile: lock, manifests });
    expect(Object.keys(one.instances)).toEqual(["leaf@2.0.0"]);
    const hosted = await resolve({
      names: ["other"],
      ranges: RANGES,
      lockfile: lock,
      manifests,
      isHosted: (row) => row === "host",
    });
    expect(hosted.instances["@scope/mid@1.1.0"]?.edges["host"]).toEqual({ host: true });
    expect(Object.keys(hosted.instances)).not.toContain("host@3.0.0");
  });

  test("a package.json below its lockfile has the versions of its own part of it", async () => {
    const text = JSON.stringify({
      lockfileVersion: 3,
      packages: {
        "node_modules/a": { version: "1.0.0", integrity: "sha512-x" },
        "apps/web/node_modules/a": { version: "2.0.0", integrity: "sha512-y" },
        "node_modules/ui": { resolved: "packages/ui", link: true },
        "node_modules/from-git": { version: "1.0.0", resolved: "git+ssh://git@host/x.git#1" },
      },
    });
    const lock = await readLockfile({ path: "package-lock.json", text, importer: "apps/web" });
    expect((await resolve({ names: ["a"], lockfile: lock })).instances["a@2.0.0"]).toBeDefined();
    await expect(resolve({ names: ["ui"], lockfile: lock })).rejects.toThrow(/"ui" is a folder of the project/);
    await expect(resolve({ names: ["from-git"], lockfile: lock })).rejects.toThrow(/"from-git" is not from a registry/);
  });

  test.each(LOCKFILE_NAMES)(
    "%s that is broken, or names every object's own names, is an error and no crash",
    async (name) => {
      for (const text of ["{", "a: [", '{"packages":{"constructor":1}}', "", "constructor@1:\n  version 1\n"]) {
        const outcome = await readLockfile({ path: name, text, importer: "" }).then(
          (lock) => [lock.root("constructor", "1"), lock.package("__proto__")],
          (error: unknown) => error,
        );
        expect(outcome instanceof Error || Array.isArray(outcome)).toBe(true);
      }
    },
  );
});

describe("without a lockfile", () => {
  test("ranges that one version serves get that version; cycles end", async () => {
    const registry = registryOf([
      { name: "a", dependencies: { shared: "^1.0.0", b: "*" } },
      { name: "b", dependencies: { shared: "1.0.0", a: "*" } },
      { name: "shared", version: "1.0.0" },
    ]);
    const graph = await resolve({ names: ["a"], ranges: { a: "*" }, manifests: registry.manifests });
    expect(Object.keys(graph.instances)).toEqual(["a@1.0.0", "shared@1.0.0", "b@1.0.0"]);
    expect(registry.asked).toEqual(["a@*", "shared@^1.0.0", "b@*"]);
  });

  test("a peer is the project's own, or what fits; one that is optional and not there is absent", async () => {
    const { manifests } = registryOf([
      { name: "ui", peerDependencies: { core: "*", extra: "*" }, optional: ["extra"] },
      { name: "core", version: "2.0.0" },
    ]);
    const own = await resolve({ names: ["ui"], ranges: { ui: "*", core: "2.0.0" }, manifests });
    expect(own.instances["ui@1.0.0"]?.edges).toEqual({ core: { to: "core@2.0.0" }, extra: { absent: true } });
    const found = await resolve({ names: ["ui"], ranges: { ui: "*" }, manifests });
    expect(found.instances["ui@1.0.0"]?.edges["core"]).toEqual({ to: "core@2.0.0" });
  });

  test("a package under another name is that package", async () => {
    const { manifests } = registryOf([{ name: "real", version: "3.0.0" }]);
    const graph = await resolve({ names: ["alias"], ranges: { alias: "npm:real@3.0.0" }, manifests });
    expect(graph.roots["alias"]).toEqual({ to: "real@3.0.0" });
  });

  test("more packages than one preview may bring are refused by name", async () => {
    const endless = async (wanted: readonly WantedManifest[]) =>
      wanted.map(({ name }) => ({
        name,
        version: "1.0.0",
        integrity: "sha512-x",
        dependencies: { [`${name}x`.slice(-200)]: "*", [`y${name}`.slice(0, 200)]: "*" },
        peerDependencies: {},
        optional: [],
      }));
    await expect(resolve({ names: ["a"], ranges: { a: "*" }, manifests: endless })).rejects.toThrow(
      /more than 1000 others/,
    );
  });
});
