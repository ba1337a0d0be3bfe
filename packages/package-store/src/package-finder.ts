import semver from "semver";
import type { LockedPackage, Lockfile } from "#lockfiles/lockfile.ts";
import { PackageError, accepted } from "#package-error.ts";
import { isPackageName } from "#package-names.ts";
import type { PackageEdge } from "#package-graph.ts";
import type { PackageManifest, PackageSource } from "#package-source.ts";
import type { GraphRequest, PeerFacts } from "#resolve-graph.ts";
import { readWanted } from "#wanted-version.ts";
import type { Wanted } from "#wanted-version.ts";

/** A package that some name is to lead to, on its way to be looked up. */
export type Target = { readonly locked: string } | { readonly wanted: Wanted };

/** One found package, and what its own names are to lead to. */
export interface Found {
  /** The same for two targets that mean one package. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly targets: Readonly<Record<string, Target | PackageEdge>>;
}

/** Looks packages up. */
interface Finder {
  /** What the project's own code gets under a name; undefined for what it does not ask for. */
  rootTarget(name: string): Target | undefined;
  /** In the order of the targets. */
  find(targets: readonly Target[]): Promise<readonly Found[]>;
}

export function createFinder(request: GraphRequest): Finder {
  const { lockfile, isHosted, peersOf } = request;
  const manifests = createManifests(request.manifests);
  const { rootTarget, peerTargets } = createRoots(request);
  const lockedTargets = (locked: LockedPackage, peers: PeerFacts): Found["targets"] => {
    const targets = peerTargets({ ...peers, optional: [...locked.optional, ...peers.optional] });
    for (const [name, key] of Object.entries(locked.dependencies)) {
      const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
      const isPeer = Object.hasOwn(peers.peerDependencies, name);
      // What is optional and no peer is mostly for some system, never for a page.
      if (target !== undefined && ("host" in target || !isPeer)) continue;
      const version = lockfile?.package(key)?.version;
      targets[name] = version !== undefined && isHosted(name, version) ? { host: true } : { locked: key };
    }
    return targets;
  };
  const manifestTargets = (manifest: PackageManifest): Found["targets"] => {
    const targets = peerTargets(manifest);
    for (const [name, range] of Object.entries(manifest.dependencies)) {
      targets[name] = isHosted(name, range) ? { host: true } : { wanted: readWanted(name, range) };
    }
    return targets;
  };
  const findLocked = async (keys: readonly string[]): Promise<ReadonlyMap<string, Found>> => {
    const rows = keys.map((key) => ({ key, locked: lockedPackage(lockfile, key) }));
    const without = rows.filter(({ locked }) => locked.integrity === undefined);
    const asWanted = ({ name, version }: LockedPackage): Wanted => ({ name, range: version });
    await manifests.lookUp(without.map(({ locked }) => asWanted(locked)));
    const whole = rows.map(({ key, locked }) => {
      const integrity = locked.integrity ?? manifests.get(asWanted(locked)).integrity;
      return { key, locked, name: locked.name, version: locked.version, integrity };
    });
    const silent = whole.filter(({ locked }) => locked.lacksPeers === true);
    const told = silent.length === 0 ? [] : await peersOf(silent);
    const peers = new Map(silent.map(({ key }, index) => [key, told[index]]));
    return new Map(
      whole.map(({ key, locked, ...facts }) => {
        const targets = lockedTargets(locked, peers.get(key) ?? locked);
        return [key, { ...facts, key: `locked:${locked.id ?? key}`, targets }];
      }),
    );
  };
  return {
    rootTarget,
    find: async (targets) => {
      await manifests.lookUp(targets.flatMap((target) => ("wanted" in target ? [target.wanted] : [])));
      const locked = await findLocked(targets.flatMap((target) => ("locked" in target ? [target.locked] : [])));
      return targets.map((target) => {
        const found = "locked" in target ? locked.get(target.locked) : undefined;
        if (found !== undefined || "locked" in target) return found ?? lost();
        const manifest = manifests.get(target.wanted);
        const { name, version, integrity } = manifest;
        return { key: `npm:${name}@${version}`, name, version, integrity, targets: manifestTargets(manifest) };
      });
    },
  };
}

/** What the project itself asks for. */
function createRoots({ ranges, lockfile, isHosted }: GraphRequest) {
  const rangeOf = (name: string): string | undefined => (Object.hasOwn(ranges, name) ? ranges[name] : undefined);
  const rootTarget = (name: string): Target | undefined => {
    const range = rangeOf(name);
    const locked = lockfile?.root(name, range);
    if (locked !== undefined) return { locked };
    return range === undefined ? undefined : { wanted: readWanted(name, range) };
  };
  /** Peers are what the page has, or what the project has, or else what fits, as npm has it. */
  const peerTargets = ({ peerDependencies, optional }: PeerFacts): Record<string, Target | PackageEdge> => {
    const targets: Record<string, Target | PackageEdge> = {};
    for (const name of optional) targets[name] = { absent: true };
    for (const [name, range] of Object.entries(peerDependencies)) {
      if (isHosted(name, rangeOf(name) ?? range)) targets[name] = { host: true };
      else targets[name] = rootTarget(name) ?? targets[name] ?? { wanted: readWanted(name, range) };
    }
    return targets;
  };
  return { rootTarget, peerTargets };
}

/** What the registry says, each asked for once. */
function createManifests(ask: PackageSource["manifests"]) {
  const chosen = new Map<string, PackageManifest[]>();
  const byRange = new Map<string, PackageManifest>();
  const keyOf = ({ name, range }: Wanted): string => `${name}@${range}`;
  const known = (wanted: Wanted): PackageManifest | undefined =>
    byRange.get(keyOf(wanted)) ??
    chosen.get(wanted.name)?.find(({ version }) => semver.satisfies(version, wanted.range, { loose: true }));
  return {
    lookUp: async (wanted: readonly Wanted[]): Promise<void> => {
      const unknown = wanted.filter((row) => known(row) === undefined);
      const rows = [...new Map(unknown.map((row) => [keyOf(row), row])).values()];
      const answers = rows.length === 0 ? [] : await ask(rows);
      for (const [index, row] of rows.entries()) {
        const manifest = accepted(answers[index] ?? lost());
        byRange.set(keyOf(row), manifest);
        chosen.set(row.name, [...(chosen.get(row.name) ?? []), manifest]);
      }
    },
    get: (wanted: Wanted): PackageManifest => known(wanted) ?? lost(),
  };
}

function lost(): never {
  throw new Error("A package was looked up and is not there.");
}

function lockedPackage(lockfile: Lockfile | undefined, key: string): LockedPackage {
  const locked = lockfile?.package(key);
  const isPlain = locked !== undefined && isPackageName(locked.name) && semver.valid(locked.version) !== null;
  if (locked === undefined || (!isPlain && locked.unsupported === undefined)) {
    const text = `The lockfile names "${key.slice(0, 200)}" and does not tell of it. Make it anew.`;
    throw new PackageError("unsupported", key, text);
  }
  if (locked.unsupported !== undefined) {
    const text = `Package "${locked.name}" ${locked.unsupported}; previews take packages from the registry only.`;
    throw new PackageError("unsupported", locked.name, text);
  }
  return locked;
}
