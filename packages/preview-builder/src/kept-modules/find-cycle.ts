import type { ModuleImport, ModuleRecord } from "#kept-modules/module-record.ts";

/** A call of the bundler's: what `import()` has become runs later, all others are statements. */
const CALL =
  /(Promise\.resolve\(\)\.then\(\(\) => __toESM\()?\brequire\((?:"([^"\\\n]*)"|'([^'\\\n]*)'|`([^`\\$\n]*)`)?/g;

/** The specifiers of a module's statements; undefined where one is not read. */
export function statementsIn({ code }: Pick<ModuleRecord, "code">): ReadonlySet<string> | undefined {
  const specifiers = new Set<string>();
  for (const [, later, ...literals] of Buffer.from(code).toString().matchAll(CALL)) {
    if (later !== undefined) continue;
    const specifier = literals.find((literal) => literal !== undefined);
    if (specifier === undefined) return undefined;
    specifiers.add(specifier);
  }
  return specifiers;
}

type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Names a module of statements that stands in a circle of imports, or between two. In a bundle functions of the others are
 * there before any of them runs; modules that stand beside each other do not have that.
 */
export function findCycle(modules: ReadonlyMap<string, ModuleRecord>): string | undefined {
  const suspects = inCircles(edgesOf(modules.values(), modules, anyImport));
  if (suspects.size === 0) return undefined;
  // The code is read of these only.
  const records = [...suspects.keys()].flatMap((name) => modules.get(name) ?? []);
  const circles = inCircles(edgesOf(records, suspects, runsAtOnce));
  // Among themselves, modules of CommonJS are run in a bundle as they are here.
  return [...circles.keys()].sort().find((name) => modules.get(name)?.shape().format !== "commonjs");
}

/** Tells which of a module's imports are run where they stand. */
type IsEdge = (record: ModuleRecord) => (row: ModuleImport) => boolean;

const anyImport: IsEdge = () => () => true;

const runsAtOnce: IsEdge = (record) => {
  const statements = statementsIn(record);
  return ({ kind, specifier }) => kind === "require" || statements?.has(specifier) !== false;
};

function edgesOf(records: Iterable<ModuleRecord>, among: { has(name: string): boolean }, isEdge: IsEdge): Edges {
  const edges = new Map<string, Set<string>>();
  for (const record of records) {
    const { imports, targets } = record.shape();
    const isTaken = isEdge(record);
    const taken = imports.map((row, index) => (isTaken(row) ? (targets[index] ?? "") : ""));
    edges.set(record.name, new Set(taken.filter((target) => among.has(target))));
  }
  return edges;
}

/** Without what leads to no circle, and what no circle leads to. */
function inCircles(edges: Edges): Edges {
  const leading = withoutEnds(edges);
  return leading.size === 0 ? leading : withoutEnds(reversed(leading));
}

/** Takes off what leads nowhere, again and again. */
function withoutEnds(edges: Edges): Edges {
  const back = reversed(edges);
  const open = new Map([...edges].map(([name, targets]) => [name, targets.size]));
  const ends = [...edges.keys()].filter((name) => open.get(name) === 0);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    open.delete(end);
    for (const from of back.get(end) ?? []) {
      const left = (open.get(from) ?? 0) - 1;
      open.set(from, left);
      if (left === 0) ends.push(from);
    }
  }
  const rest = [...edges].filter(([name]) => open.has(name));
  return new Map(rest.map(([name, targets]) => [name, new Set([...targets].filter((target) => open.has(target)))]));
}

function reversed(edges: Edges): Edges {
  const back = new Map<string, Set<string>>([...edges.keys()].map((name) => [name, new Set()]));
  for (const [name, targets] of edges) for (const target of targets) back.get(target)?.add(name);
  return back;
}
