import semver from "semver";
import { PACKAGE_LIMITS } from "#limits.ts";
import type { LockedPackage, Lockfile } from "#lockfiles/lockfile.ts";
import { PackageError } from "#package-error.ts";
import type { PackageEdge, PackageGraph, PackageInstance } from "#package-graph.ts";
import type { PackageManifest, PackageRefusal, PackageSource } from "#package-source.ts";
import { readWanted } from "#wanted-version.ts";
import type { Wanted } from "#wanted-version.ts";

export interface GraphRequest {
  /** The packages that the project's code imports. */
  readonly names: readonly string[];
  /** What package.json asks for, by name. */
  readonly ranges: Readonly<Record<string, string>>;
  readonly lockfile?: Lockfile | undefined;
  /** Whether the page has a package already that serves this range. */
  readonly isHosted: (name: string, range: string) => boolean;
  readonly manifests: PackageSource["manifests"];
}

/** A package that some name is to lead to, on its way to be looked up. */
type Target = { readonly locked: string } | { readonly wanted: Wanted };

/** A name to be led to a target. */
interface Errand {
  readonly target: Target;
  readonly assign: (edge: PackageEdge) => void;
}

/** One found package: what its own names are to lead to. */
interface Found {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly targets: Readonly<Record<string, Target | PackageEdge>>;
}

/**
 * Finds the packages behind the names and behind what those need: from the lockfile where it says it, else from the
 * registry. Of two ranges that one version serves both get that version.
 *
 * @throws PackageError for the first package that cannot be had.
 */
export async function resolveGraph(request: GraphRequest): Promise<PackageGraph> {
  const finder = createFinder(request);
  const roots: Record<string, PackageEdge> = {};
  const instances: Record<string, PackageInstance> = {};
  const ids = new Map<string, string>();
  let errands: Errand[] = request.names.map((name) => ({
    target: finder.rootTarget(name) ?? { wanted: { name, range: "*" } },
    assign: (edge) => void (roots[name] = edge),
  }));
  while (errands.length > 0) {
    const found = await finder.find(errands.map(({ target }) => target));
    const next: Errand[] = [];
    errands.forEach(({ assign }, index) => {
      const row = found[index];
      if (row === undefined) return;
      const known = ids.get(row.key);
      if (known !== undefined) return assign({ to: known });
      const id = freeId(instances, row.package);
      ids.set(row.key, id);
      const { name, version, integrity, targets } = row.package;
      const edges: Record<string, PackageEdge> = {};
      instances[id] = { name, version, integrity, edges };
      if (ids.size > PACKAGE_LIMITS.packages) throw tooMany(name);
      assign({ to: id });
      for (const [alias, target] of Object.entries(targets)) {
        if (isEdge(target)) edges[alias] = target;
        else next.push({ target, assign: (edge) => void (edges[alias] = edge) });
      }
    });
    errands = next;
  }
  return { roots, instances };
}

function isEdge(target: Target | PackageEdge): target is PackageEdge {
  return !("locked" in target || "wanted" in target);
}

function freeId(taken: Readonly<Record<string, unknown>>, { name, version }: Found): string {
  const base = `${name}@${version}`;
  for (let count = 1; ; count++) {
    const id = count === 1 ? base : `${base}#${count}`;
    if (!Object.hasOwn(taken, id)) return id;
  }
}

function createFinder({ ranges, lockfile, isHosted, manifests }: GraphRequest) {
  /** What was chosen so far, so that a range that it serves needs no other version. */
  const chosen = new Map<string, PackageManifest[]>();
  const rangeOf = (name: string): string | undefined => (Object.hasOwn(ranges, name) ? ranges[name] : undefined);
  const rootTarget = (name: string): Target | undefined => {
    const range = rangeOf(name);
    const locked = lockfile?.root(name, range);
    if (locked !== undefined) return { locked };
    return range === undefined ? undefined : { wanted: readWanted(name, range) };
  };
  const peerTarget = (name: string, range: string, isOptional: boolean): Target | PackageEdge => {
    if (isHosted(name, rangeOf(name) ?? range)) return { host: true };
    return rootTarget(name) ?? (isOptional ? { absent: true } : { wanted: readWanted(name, range) });
  };
  const lockedTargets = (locked: LockedPackage): Found["targets"] => {
    const targets: Record<string, Target | PackageEdge> = {};
    for (const name of locked.optional) targets[name] = { absent: true };
    for (const [name, range] of Object.entries(locked.peerDependencies)) {
      targets[name] = peerTarget(name, range, locked.optional.includes(name));
    }
    for (const [name, key] of Object.entries(locked.dependencies)) {
      const version = lockfile?.package(key)?.version;
      if (targets[name] !== undefined && "host" in targets[name]) continue;
      targets[name] = version !== undefined && isHosted(name, version) ? { host: true } : { locked: key };
    }
    return targets;
  };
  const manifestTargets = (manifest: PackageManifest): Found["targets"] => {
    const targets: Record<string, Target | PackageEdge> = {};
    for (const name of manifest.optional) targets[name] = { absent: true };
    for (const [name, range] of Object.entries(manifest.peerDependencies)) {
      targets[name] = peerTarget(name, range, manifest.optional.includes(name));
    }
    for (const [name, range] of Object.entries(manifest.dependencies)) {
      targets[name] = isHosted(name, range) ? { host: true } : { wanted: readWanted(name, range) };
    }
    return targets;
  };
  const knownFor = ({ name, range }: Wanted): PackageManifest | undefined =>
    chosen.get(name)?.find(({ version }) => semver.satisfies(version, range, { loose: true }));
  /** Looks up what is not known, each once. */
  const lookUp = async (wanted: readonly Wanted[]): Promise<void> => {
    const unknown = wanted.filter((row) => knownFor(row) === undefined);
    const rows = [...new Map(unknown.map((row) => [`${row.name}@${row.range}`, row])).values()];
    const answers = rows.length === 0 ? [] : await manifests(rows);
    answers.forEach((answer, index) => {
      const manifest = accepted(answer);
      const { name = manifest.name, range = "" } = rows[index] ?? {};
      const others = chosen.get(name) ?? [];
      if (!others.some(({ version }) => version === manifest.version)) chosen.set(name, [...others, manifest]);
      byRange.set(`${name}@${range}`, manifest);
    });
  };
  const byRange = new Map<string, PackageManifest>();
  const find = async (targets: readonly Target[]): Promise<{ key: string; package: Found }[]> => {
    const locked = targets.map((target) => ("locked" in target ? lockedPackage(lockfile, target.locked) : undefined));
    const wanted = targets.flatMap((target, index) => {
      if ("wanted" in target) return [target.wanted];
      const row = locked[index];
      return row === undefined || row.integrity !== undefined ? [] : [{ name: row.name, range: row.version }];
    });
    await lookUp(wanted);
    const manifestOf = (row: Wanted): PackageManifest => {
      const manifest = byRange.get(`${row.name}@${row.range}`) ?? knownFor(row);
      if (manifest === undefined) throw new Error("A package was looked up and is not there.");
      return manifest;
    };
    return targets.map((target, index) => {
      const row = locked[index];
      if ("wanted" in target || row === undefined) {
        const manifest = manifestOf("wanted" in target ? target.wanted : { name: "", range: "" });
        return {
          key: `npm:${manifest.name}@${manifest.version}`,
          package: { ...manifest, targets: manifestTargets(manifest) },
        };
      }
      const { name, version } = row;
      const integrity = row.integrity ?? manifestOf({ name, range: version }).integrity;
      return {
        key: `locked:${row.id ?? target.locked}`,
        package: { name, version, integrity, targets: lockedTargets(row) },
      };
    });
  };
  return { rootTarget, find };
}

function lockedPackage(lockfile: Lockfile | undefined, key: string): LockedPackage {
  const locked = lockfile?.package(key);
  if (locked === undefined || (locked.version === "" && locked.unsupported === undefined)) {
    throw new PackageError(
      "unsupported",
      key,
      `The lockfile names "${key.slice(0, 200)}" and does not tell of it. Make it anew.`,
    );
  }
  if (locked.unsupported !== undefined) {
    const text = `Package "${locked.name}" ${locked.unsupported}; previews take packages from the registry only.`;
    throw new PackageError("unsupported", locked.name, text);
  }
  return locked;
}

/** @throws PackageError for a refusal. */
export function accepted<Answer>(answer: Answer | PackageRefusal): Answer {
  if (typeof answer === "object" && answer !== null && "fault" in answer) {
    throw new PackageError(answer.fault, answer.packageName, answer.text);
  }
  return answer;
}

function tooMany(name: string): PackageError {
  const text = `The project's packages bring more than ${PACKAGE_LIMITS.packages} others, reached at "${name}".`;
  return new PackageError("too-large", name, text);
}
