import type { ManifestFile } from "#build-result.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import { resolveModule } from "#bundle/project-plugin.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";
import { hashOfGenerated, makeRecord } from "#kept-modules/make-record.ts";
import type { MadeOf, ModuleImport, ModuleRecord } from "#kept-modules/module-record.ts";
import type { KeptState } from "#kept-modules/state.ts";
import { Unfit } from "#kept-modules/unfit.ts";

export interface WalkContext {
  readonly plugin: PluginContext;
  readonly manifest: ReadonlyMap<string, ManifestFile>;
  /** What an earlier build kept under the same configs. */
  readonly kept: KeptState | undefined;
  /** Whether the project has the same paths as then. */
  readonly isSamePaths: boolean;
}

export interface Walk {
  /** All modules that the entry leads to, by name; stylesheets, runtimes and packages are none. */
  readonly modules: ReadonlyMap<string, ModuleRecord>;
  /** How many were made in this build. */
  readonly made: number;
  /** Why the project is not fit; what was made may be kept all the same. */
  readonly unfit: string | undefined;
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

/** Follows all imports from the entry on. Only what is new or changed is read. */
export async function walkModules(context: WalkContext, entry: string): Promise<Walk> {
  const modules = new Map<string, ModuleRecord>();
  const seen = new Set<string>();
  const waiting: string[] = [];
  let made = 0;
  let open = 0;
  let unfit: string | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const want = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    waiting.push(name);
  };
  const accept = (record: ModuleRecord, isResolved: boolean): void => {
    modules.set(record.name, record);
    unfit ??= record.unfit;
    if (!isResolved) record.targets = record.imports.map((row) => targetOf(context.plugin, record.name, row));
    for (const target of record.targets) if (isModuleTarget(target)) want(target);
  };
  const follow = (): void => {
    for (let name = waiting.pop(); name !== undefined && unfit === undefined; name = waiting.pop()) {
      const record = keptRecord(context, name);
      if (record === undefined) make(name);
      else accept(record, context.isSamePaths && record.targets.length === record.imports.length);
    }
    if (open === 0) resolve();
  };
  const make = (name: string): void => {
    open += 1;
    made += 1;
    makeRecord(context, name)
      .then((record) => {
        open -= 1;
        accept(record, false);
        follow();
      })
      .catch(reject);
  };
  try {
    want(entry);
    follow();
    await promise;
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    unfit = error.message;
  }
  return { modules, made, unfit };
}

function keptRecord({ plugin, manifest, kept, isSamePaths }: WalkContext, name: string): ModuleRecord | undefined {
  const record = kept?.records.get(name);
  if (record === undefined || (record.dependsOnPaths && !isSamePaths)) return undefined;
  const generated = plugin.generated.get(name);
  if (record.textHash !== (generated === undefined ? undefined : hashOfGenerated(generated))) return undefined;
  if (!isUnchanged(record.madeOf, manifest)) return undefined;
  plugin.onFile();
  for (const { path } of record.madeOf) plugin.files.take(path);
  return record;
}

/** Whether files are what they were when something was made of them. */
export function isUnchanged(madeOf: readonly MadeOf[], manifest: ReadonlyMap<string, ManifestFile>): boolean {
  return madeOf.every(({ path, sha256, size }) => {
    const file = manifest.get(path);
    return file !== undefined && file.sha256 === sha256 && file.size === size;
  });
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
