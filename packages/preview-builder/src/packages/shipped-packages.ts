import { randomUUID } from "node:crypto";
import { access, mkdir, open, readFile, readdir, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import type { Lockfile } from "@hivesync/package-store/lockfiles/lockfile";
import type { PackageRefusal } from "@hivesync/package-store/package-error";
import type { PackageManifest, PackageSource, WantedPack } from "@hivesync/package-store/package-source";
import { writePack } from "@hivesync/package-store/packs/pack-file";
import { isLeftOut } from "@hivesync/package-store/packs/left-out";
import { servesOlder, servesRange } from "#packages/served-by-part.ts";

/**
 * Packages that come with the builder but are too large, or too loosely used, to be in a page whole: bundled as those of the
 * registry are, and had without one. Versions are those of package.json.
 */
export const SHIPPED_PACKAGES: Readonly<Record<string, string>> = {
  "@expo/vector-icons": "15.1.1",
  "date-fns": "4.4.0",
};
/** What they ask for is in the page already. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  "@expo/vector-icons": ["react", "react-native", "expo-font"],
};
const SHIPPED = "shipped";

/** The version that comes along, where it serves the range. */
export function shippedVersion(name: string, range: string | undefined): string | undefined {
  const version = Object.hasOwn(SHIPPED_PACKAGES, name) ? SHIPPED_PACKAGES[name] : undefined;
  if (version === undefined || range === undefined) return version;
  return servesRange(version, range) || servesOlder(name, range, version) ? version : undefined;
}

/** What the project asks for, with the shipped version where that serves as well as the one in its lockfile. */
export function preferShipped(
  names: readonly string[],
  { ranges, lockfile }: { readonly ranges: Readonly<Record<string, string>>; readonly lockfile: Lockfile | undefined },
): { ranges: Readonly<Record<string, string>>; lockfile: Lockfile | undefined } {
  const chosen: Record<string, string> = {};
  for (const name of names) {
    const key = lockfile?.root(name, ranges[name]);
    const version = shippedVersion(name, key === undefined ? ranges[name] : lockfile?.package(key)?.version);
    if (version !== undefined) chosen[name] = version;
  }
  const withoutChosen = lockfile && {
    root: (name: string, range: string | undefined) =>
      Object.hasOwn(chosen, name) ? undefined : lockfile.root(name, range),
    package: (key: string) => lockfile.package(key),
  };
  return { ranges: { ...ranges, ...chosen }, lockfile: withoutChosen };
}

/** Where packs of shipped packages are, and who makes one that is missing. */
export interface ShippedPacks {
  readonly runtimeCacheDirectory: string;
  readonly makePack: (name: string) => Promise<void>;
}

/** The registry's source, with the shipped packages before it. Without a registry all others are refused. */
export function withShipped(source: PackageSource | undefined, packs: ShippedPacks): PackageSource {
  const rest = <Wanted extends { readonly name: string }, Answer>(
    wanted: readonly Wanted[],
    ask: ((rows: readonly Wanted[]) => Promise<readonly Answer[]>) | undefined,
  ): Promise<readonly (Answer | PackageRefusal)[]> =>
    ask === undefined ? Promise.resolve(wanted.map(({ name }) => refuse(name))) : ask(wanted);
  return {
    manifests: async (wanted) => {
      const own = wanted.map(({ name, range }) => manifestOf(name, shippedVersion(name, range)));
      const others = wanted.filter((_, index) => own[index] === undefined);
      const answers = others.length === 0 ? [] : await rest(others, source && ((rows) => source.manifests(rows)));
      const left = answers.values();
      return own.map((manifest) => manifest ?? left.next().value ?? refuse(""));
    },
    packs: async (wanted) => {
      const isOwn = ({ integrity }: WantedPack): boolean => integrity === SHIPPED;
      const others = wanted.filter((row) => !isOwn(row));
      const answers = others.length === 0 ? [] : await rest(others, source && ((rows) => source.packs(rows)));
      const left = answers.values();
      const found = wanted.map(async (row) =>
        isOwn(row) ? await packOf(row.name, packs) : (left.next().value ?? refuse(row.name)),
      );
      return await Promise.all(found);
    },
  };
}

function manifestOf(name: string, version: string | undefined): PackageManifest | undefined {
  if (version === undefined) return undefined;
  const peerDependencies = Object.fromEntries((PEERS[name] ?? []).map((peer) => [peer, "*"]));
  return { name, version, integrity: SHIPPED, dependencies: {}, peerDependencies, optional: [] };
}

function refuse(name: string): PackageRefusal {
  const text = `Package "${name}" does not come with the builder, and this builder has no registry to fetch it from.`;
  return { fault: "unreachable", packageName: name, text };
}

function packPath(name: string, runtimeCacheDirectory: string): string {
  const version = SHIPPED_PACKAGES[name] ?? "";
  return join(runtimeCacheDirectory, "packages-shipped", `${name.replace("/", "+")}@${version}.pack`);
}

async function packOf(name: string, { runtimeCacheDirectory, makePack }: ShippedPacks): Promise<string> {
  const target = packPath(name, runtimeCacheDirectory);
  const isThere = await access(target).then(
    () => true,
    () => false,
  );
  if (!isThere) await makePack(name);
  return target;
}

/** Makes a pack of the builder's own dependency. */
export async function makeShippedPack(name: string, runtimeCacheDirectory: string): Promise<void> {
  if (!Object.hasOwn(SHIPPED_PACKAGES, name))
    throw new Error("A pack was asked for of a package that does not come along.");
  const target = packPath(name, runtimeCacheDirectory);
  const root = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await mkdir(dirname(target), { recursive: true });
  // Several builds may do this at once: each writes a file of its own, and the rename is atomic.
  const part = `${target}.${randomUUID()}`;
  await using file = await open(part, "wx");
  const pack = writePack(file);
  for (const path of files.toSorted()) {
    const inPackage = relative(root, path).split(sep).join("/");
    if (isLeftOut(inPackage)) continue;
    pack.begin(inPackage);
    await pack.write([await readFile(path)]);
  }
  await pack.finish();
  await rename(part, target);
}
