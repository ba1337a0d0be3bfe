import { NAMESPACES } from "#bundle/namespaces.ts";
import { resolveModule } from "#bundle/project-plugin.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";
import { askedByModule } from "#kept-modules/asked-files.ts";
import { statementsIn } from "#kept-modules/find-cycle.ts";
import { keptRecord } from "#kept-modules/kept-record.ts";
import { makeRecord } from "#kept-modules/make-record.ts";
import type { MakeContext } from "#kept-modules/make-record.ts";
import { withTargets } from "#kept-modules/module-record.ts";
import type { ModuleImport, ModuleRecord, ModuleShape, UnresolvedRecord } from "#kept-modules/module-record.ts";
import type { KeptState } from "#kept-modules/state.ts";
import { Unfit } from "#kept-modules/unfit.ts";

export interface WalkContext extends MakeContext {
  /** What an earlier build kept under the same configs. */
  readonly kept: KeptState | undefined;
  /** Whether the project has the same paths as then. */
  readonly isSamePaths: boolean;
  /** Gives up what waits to be printed. */
  readonly closePrinter: () => void;
}

export interface Walk {
  /** All modules that the entry leads to, by name; stylesheets, runtimes and packages are none. */
  readonly modules: Map<string, ModuleRecord>;
  /** How many were made in this build. */
  made: number;
  /** Whether all others see of them is what an earlier build found. */
  isSameGraph: boolean;
  /** Why the project is not fit; what was made may be kept all the same. */
  unfit: string | undefined;
}

const STYLE = /\.(?:css|scss|sass|less)$/i;
/** How `package:` is written of what the bundler calls external. */
export const PACKAGE = "package:";

/** Whether what an import leads to is a stylesheet, which has no code. */
export function isStyleTarget(target: string): boolean {
  return target.startsWith(`${NAMESPACES.file}:`) && STYLE.test(target);
}

/** Whether it is a module with code of its own. */
export function isModuleTarget(target: string): boolean {
  return (target.startsWith("vfs") || target.startsWith(`${NAMESPACES.generated}:`)) && !isStyleTarget(target);
}

/** Finds all modules. Only what is new or changed is read. */
export async function walkModules(context: WalkContext, entry: string): Promise<Walk> {
  const walk: Walk = { modules: new Map(), made: 0, isSameGraph: false, unfit: undefined };
  try {
    // What went wrong there may be with a module that nobody imports any more: the imports tell.
    walk.isSameGraph = await followGraph(context, walk).catch(() => false);
    if (!walk.isSameGraph) await followImports(context, walk, entry);
    for (const { madeOf } of walk.modules.values()) for (const { path } of madeOf) context.plugin.files.take(path);
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    walk.unfit = error.message;
  }
  return walk;
}

/** Makes what changed of the modules that an earlier build found. False when one of them is another to the rest now. */
async function followGraph(context: WalkContext, walk: Walk): Promise<boolean> {
  const { kept, isSamePaths } = context;
  if (kept?.graph === undefined || !isSamePaths) return false;
  const changed: string[] = [];
  for (const name of kept.graph.names) {
    // A script that the page has no more cannot be made.
    if (kept.records.get(name)?.textHash !== undefined && !context.plugin.generated.has(name)) return false;
    const record = keptRecord(context, name);
    if (record === undefined) changed.push(name);
    else walk.modules.set(name, record);
  }
  // Where much changed, following imports is as fast, and makes nothing that nobody imports any more.
  if (changed.length > kept.graph.names.length / 2) return false;
  const peeking = { ...context, isPeeking: true };
  // All of them are waited for, as what is made later would be taken for one of the imported.
  const ends = await Promise.allSettled(changed.map((name) => make(peeking, walk, name)));
  const made = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  for (const record of made) walk.modules.set(record.name, record);
  if (made.length < ends.length || made.some(({ unfit }) => unfit !== undefined)) return false;
  return made.every((record) => isAsBefore(kept.records.get(record.name), record, kept.graph?.hasStars === true));
}

/** Whether what was found out of all modules is true of a changed one too: it takes the same, and gives no less. */
function isAsBefore(earlier: ModuleRecord | undefined, record: ModuleRecord, hasStars: boolean): boolean {
  if (earlier === undefined || !hasSameStatements(earlier, record)) return false;
  if (Buffer.compare(earlier.shapeBytes, record.shapeBytes) === 0) return true;
  const [before, now] = [earlier.shape(), record.shape()];
  const rest = ({ format, imports, targets }: ModuleShape): string => JSON.stringify([format, imports, targets]);
  // Where modules pass on all exports of others, a new one may be one of two with the same name.
  if (hasStars || rest(before) !== rest(now)) return false;
  const exports = new Set(now.exports);
  return before.exports.every((name) => exports.has(name));
}

/** What is imported by `import()` too may be no part of a circle. */
function hasSameStatements(earlier: ModuleRecord, record: ModuleRecord): boolean {
  const [before, now] = [statementsIn(earlier), statementsIn(record)];
  if (before === undefined || now === undefined) return before === now;
  return before.size === now.size && [...now].every((specifier) => before.has(specifier));
}

/** Follows all imports from the entry on. Nothing is under way any more when it ends. */
async function followImports(context: WalkContext, walk: Walk, entry: string): Promise<void> {
  const known = new Map(walk.modules);
  walk.modules.clear();
  const seen = new Set<string>([entry]);
  const waiting = [entry];
  const failures: unknown[] = [];
  let open = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: unknown): void => {
    failures.push(error);
    context.closePrinter();
  };
  const accept = (record: ModuleRecord): void => {
    // Of what comes after an end it is not known whether it failed by itself.
    if (failures.length > 0 && record.unfit !== undefined) return;
    walk.modules.set(record.name, record);
    if (record.unfit !== undefined) throw new Unfit(record.unfit);
    for (const target of record.shape().targets) {
      if (!isModuleTarget(target) || seen.has(target)) continue;
      seen.add(target);
      waiting.push(target);
    }
  };
  const makeAndFollow = async (name: string): Promise<void> => {
    open += 1;
    await make(context, walk, name).then(accept).catch(fail);
    open -= 1;
    follow();
  };
  const takeNext = (name: string): void => {
    const record = known.get(name) ?? keptRecord(context, name);
    if (record === undefined) void makeAndFollow(name);
    else accept(context.isSamePaths ? record : withNewTargets(context, record));
  };
  const follow = (): void => {
    try {
      while (failures.length === 0 && waiting.length > 0) takeNext(waiting.pop() ?? entry);
    } catch (error) {
      fail(error);
    }
    if (open > 0) return;
    if (failures.length > 0) reject(failures[0]);
    else resolve();
  };
  follow();
  await promise;
}

async function make(context: WalkContext, walk: Walk, name: string): Promise<ModuleRecord> {
  walk.made += 1;
  const unresolved = await makeRecord(context, name);
  return withTargets(unresolved, targetsOf(context.plugin, unresolved));
}

/** What was made of it is the same; where its imports lead, and what it asks a server for, may be something else now. */
function withNewTargets({ plugin }: WalkContext, record: ModuleRecord): ModuleRecord {
  const asked = askedByModule(Buffer.from(record.code).toString(), plugin);
  const unresolved: UnresolvedRecord = { ...record, asked, shape: record.shape() };
  return withTargets(unresolved, targetsOf(plugin, unresolved));
}

function targetsOf(plugin: PluginContext, { name, shape }: UnresolvedRecord): string[] {
  return shape.imports.map((row) => targetOf(plugin, name, row));
}

function targetOf(plugin: PluginContext, name: string, { specifier, kind }: ModuleImport): string {
  const colon = name.indexOf(":");
  const found = resolveModule(plugin, {
    path: specifier,
    namespace: name.slice(0, colon),
    importer: name.slice(colon + 1),
    kind: kind === "require" ? "require-call" : "import-statement",
    with: {},
  });
  const { path = "", namespace = "", external = false, errors = [], warnings = [] } = found ?? {};
  if (found === undefined || errors.length > 0) throw new Unfit(`an import of "${specifier}" that leads nowhere`);
  if (warnings.length > 0) throw new Unfit(`a warning about "${specifier}"`);
  if (external && path.startsWith(plugin.packageMark)) return PACKAGE + path.slice(plugin.packageMark.length);
  const isKnown =
    namespace.startsWith("vfs") ||
    [NAMESPACES.generated, NAMESPACES.runtime, NAMESPACES.required].some((one) => one === namespace);
  if (external || !isKnown) throw new Unfit(`an import of "${specifier}"`);
  return `${namespace}:${path}`;
}
