import { NAMESPACES } from "#bundle/namespaces.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";
import type { ModuleRecord } from "#kept-modules/module-record.ts";
import { Unfit } from "#kept-modules/unfit.ts";
import { isModuleTarget, isStyleTarget } from "#kept-modules/walk-modules.ts";
import { partOfModule } from "#runtimes/runtime-parts.ts";

/** What of a module is known without running it. */
interface Known {
  /** Names, and the module that says each. */
  readonly names: ReadonlyMap<string, string>;
  /** Whether it may have others. */
  readonly isOpen: boolean;
}

const OPEN: Known = { names: new Map(), isOpen: true };
const NODE_MODE = /\.m[jt]s$/;

/**
 * Finds imports of what is not exported, which only the bundler tells people of.
 *
 * @throws Unfit where there is one, or where it is not known which of several exports a name means.
 */
export async function checkExports(
  modules: ReadonlyMap<string, ModuleRecord>,
  plugin: Pick<PluginContext, "runtimes" | "usedParts">,
): Promise<void> {
  const known = await knownRuntimes(modules, plugin);
  const exportsOf = readerOfExports(modules, known);
  for (const record of modules.values()) {
    const { imports, targets } = record.shape();
    imports.forEach(({ specifier, names, isStar }, index) => {
      const target = targets[index] ?? "";
      const format = modules.get(target)?.shape().format;
      if (format === "commonjs" && NODE_MODE.test(record.name)) throw new Unfit(`CommonJS in ${record.name}`);
      if (isStar && format === "data") throw new Unfit(`all of "${specifier}", which is data`);
      if (isStyleTarget(target)) return checkStyle(names, isStar, target);
      const given = exportsOf(target);
      const missing = given.isOpen ? undefined : names.find((name) => !given.names.has(name));
      if (missing !== undefined) throw new Unfit(`"${specifier}" does not say that it exports "${missing}"`);
    });
  }
}

/** Which names a stylesheet gives is known when it is bundled; the default is all of them. */
function checkStyle(names: readonly string[], isStar: boolean, target: string): void {
  const isWhole = /\.module\.\w+$/i.test(target);
  if (isStar || names.some((name) => name !== "default" || !isWhole)) throw new Unfit(`names of "${target}"`);
}

async function knownRuntimes(
  modules: ReadonlyMap<string, ModuleRecord>,
  { runtimes, usedParts }: Pick<PluginContext, "runtimes" | "usedParts">,
): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  const prefix = `${NAMESPACES.runtime}:`;
  const targets = new Set([...modules.values()].flatMap((record) => record.shape().targets));
  for (const target of targets) {
    const specifier = target.startsWith(prefix) ? target.slice(prefix.length) : undefined;
    const part = specifier === undefined ? undefined : partOfModule(specifier);
    if (specifier === undefined || part === undefined) continue;
    usedParts.add(part.name);
    const names = (await runtimes.get(part)).exports[specifier];
    if (names === undefined) throw new Unfit(`"${specifier}" is not in the version that the project has`);
    known.set(target, { names: new Map(names.map((name) => [name, target])), isOpen: false });
  }
  return known;
}

function readerOfExports(modules: ReadonlyMap<string, ModuleRecord>, known: Map<string, Known>) {
  const open = new Set<string>();
  const read = (target: string): Known => {
    const earlier = known.get(target);
    if (earlier !== undefined) return earlier;
    const record = modules.get(target);
    // Packages are looked at when they are bundled, and say themselves what they lack.
    if (record === undefined || !isModuleTarget(target) || record.shape().format === "commonjs") return OPEN;
    // Modules that pass on each other's: what is found of one of them is not all.
    if (open.has(target)) throw new Unfit(`${target} passes on its own exports`);
    open.add(target);
    const found = withStars(record, read);
    open.delete(target);
    known.set(target, found);
    return found;
  };
  return read;
}

function withStars({ name, shape }: ModuleRecord, read: (target: string) => Known): Known {
  const { exports, imports, targets } = shape();
  const names = new Map(exports.map((own) => [own, name]));
  let isOpen = false;
  imports.forEach(({ isStar }, index) => {
    if (!isStar) return;
    const given = read(targets[index] ?? "");
    isOpen ||= given.isOpen;
    for (const [own, owner] of given.names) {
      if (own === "default") continue;
      const earlier = names.get(own);
      if (earlier !== undefined && earlier !== name && earlier !== owner)
        throw new Unfit(`${name} passes on two exports named "${own}"`);
      if (earlier === undefined) names.set(own, owner);
    }
  });
  return { names, isOpen };
}
