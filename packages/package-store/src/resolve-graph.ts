import { PACKAGE_LIMITS } from "#limits.ts";
import type { Lockfile } from "#lockfiles/lockfile.ts";
import { PackageError } from "#package-error.ts";
import { createFinder } from "#package-finder.ts";
import type { Found, Target } from "#package-finder.ts";
import type { PackageEdge, PackageGraph, PackageInstance } from "#package-graph.ts";
import type { PackageSource } from "#package-source.ts";

/** What a package asks of whoever uses it, and the names of what it can do without. */
export interface PeerFacts {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly optional: readonly string[];
}

export interface GraphRequest {
  /** The packages that the project's code imports. */
  readonly names: readonly string[];
  /** What package.json asks for, by name. */
  readonly ranges: Readonly<Record<string, string>>;
  readonly lockfile?: Lockfile | undefined;
  /** Whether the page has a package already that serves this range. */
  readonly isHosted: (name: string, range: string) => boolean;
  readonly manifests: PackageSource["manifests"];
  /** Reads the peers of packages whose lockfile does not tell of them, in the order given. */
  readonly peersOf: (
    rows: readonly { readonly name: string; readonly version: string; readonly integrity: string }[],
  ) => Promise<readonly PeerFacts[]>;
}

/** A name to be led to a target. */
interface Errand {
  readonly target: Target;
  readonly assign: (edge: PackageEdge) => void;
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
  /** Makes the package an instance, if it is none yet, and answers what its own names are to lead to. */
  const add = ({ key, name, version, integrity, targets }: Found): { id: string; errands: Errand[] } => {
    const known = ids.get(key);
    if (known !== undefined) return { id: known, errands: [] };
    const id = freeId(instances, `${name}@${version}`);
    const edges: Record<string, PackageEdge> = {};
    ids.set(key, id);
    instances[id] = { name, version, integrity, edges };
    if (ids.size > PACKAGE_LIMITS.packages) throw tooMany(name);
    const errands: Errand[] = [];
    for (const [alias, target] of Object.entries(targets)) {
      if (isEdge(target)) edges[alias] = target;
      else errands.push({ target, assign: (edge) => void (edges[alias] = edge) });
    }
    return { id, errands };
  };
  let errands: Errand[] = request.names.map((name) => ({
    target: finder.rootTarget(name) ?? { wanted: { name, range: "*" } },
    assign: (edge) => void (roots[name] = edge),
  }));
  while (errands.length > 0) {
    const found = await finder.find(errands.map(({ target }) => target));
    const next: Errand[] = [];
    for (const [index, row] of found.entries()) {
      const added = add(row);
      errands[index]?.assign({ to: added.id });
      next.push(...added.errands);
    }
    errands = next;
  }
  return { roots, instances };
}

function isEdge(target: Target | PackageEdge): target is PackageEdge {
  return !("locked" in target || "wanted" in target);
}

function freeId(taken: Readonly<Record<string, unknown>>, base: string): string {
  for (let count = 1; ; count++) {
    const id = count === 1 ? base : `${base}#${count}`;
    if (!Object.hasOwn(taken, id)) return id;
  }
}

function tooMany(name: string): PackageError {
  const text = `The project's packages bring more than ${PACKAGE_LIMITS.packages} others, reached at "${name}". Name a page or component that needs fewer as the entry.`;
  return new PackageError("too-large", name, text);
}
