import { NAMESPACES } from "#bundle/namespaces.ts";
import { resolveModule } from "#bundle/project-plugin.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";
import { askedByModule } from "#kept-modules/asked-files.ts";
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
    walk.isSameGraph = await followGraph(context, walk);
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
    const record = keptRecord(context, name);
    if (record === undefined) changed.push(name);
    else walk.modules.set(name, record);
  }
  // Where much changed, following imports is as fast, and makes nothing that nobody imports any more.
  if (changed.length > kept.graph.names.length / 2) return false;
  const peeking = { ...context, isPeeking: true };
  const made = await Promise.all(changed.map((name) => make(peeking, walk, name)));
  return made.every((record) => isAsBefore(kept.records.get(record.name), record, kept.graph?.hasStars === true));
}

/** Whether what was found out of all modules is true of a changed one too: it takes the same, and gives no less. */
function isAsBefore(earlier: ModuleRecord | undefined, record: ModuleRecord, hasStars: boolean): boolean {
  if (earlier === undefined) return false;
  if (Buffer.compare(earlier.shapeBytes, record.shapeBytes) === 0) return true;
  const [before, now] = [earlier.shape(), record.shape()];
  const rest = ({ format, imports, targets }: ModuleShape): string => JSON.stringify([format, imports, targets]);
  // Where modules pass on all exports of others, a new one may be one of two with the same name.
  if (hasStars || rest(before) !== rest(now)) return false;
  const exports = new Set(now.exports);
  return before.exports.every((name) => exports.has(name));
}

/** Follows all imports from the entry on. */
async function followImports(context: WalkContext, walk: Walk, entry: string): Promise<void> {
  const known = new Map(walk.modules);
  walk.modules.clear();
  const seen = new Set<string>([entry]);
  const waiting = [entry];
  let open = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const accept = (record: ModuleRecord): void => {
    walk.modules.set(record.name, record);
    for (const target of record.shape().targets) {
      if (!isModuleTarget(target) || seen.has(target)) continue;
      seen.add(target);
      waiting.push(target);
    }
  };
  const makeAnew = (name: string): void => {
    open += 1;
    makeAndFollow(name).catch(reject);
  };
  const makeAndFollow = async (name: string): Promise<void> => {
    const record = await make(context, walk, name);
    open -= 1;
    accept(record);
    follow();
  };
  const follow = (): void => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const record = known.get(name) ?? keptRecord(context, name);
      if (record === undefined) makeAnew(name);
      else accept(context.isSamePaths ? record : withNewTargets(context, record));
    }
    if (open === 0) resolve();
  };
  follow();
  await promise;
}

async function make(context: WalkContext, walk: Walk, name: string): Promise<ModuleRecord> {
  walk.made += 1;
  const unresolved = await makeRecord(context, name);
  const record = withTargets(unresolved, targetsOf(context.plugin, unresolved));
  walk.modules.set(name, record);
  if (record.unfit !== undefined) throw new Unfit(record.unfit);
  return record;
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
