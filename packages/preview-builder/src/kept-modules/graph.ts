import { NAMESPACES } from "#bundle/namespaces.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";
import { checkExports } from "#kept-modules/check-exports.ts";
import { findCycle } from "#kept-modules/find-cycle.ts";
import type { ModuleRecord } from "#kept-modules/module-record.ts";
import { orderModules } from "#kept-modules/order-modules.ts";
import type { Ordered } from "#kept-modules/order-modules.ts";
import { isStyleTarget, PACKAGE } from "#kept-modules/walk-modules.ts";

/** What is found out of all modules together. It is true as long as none of them has another shape. */
export interface KeptGraph extends Omit<Ordered, "modules"> {
  /** The modules in their order. */
  readonly names: readonly string[];
  /** What each module's imports mean to the page's loader, as code. */
  readonly targets: string;
  /** Whether a module passes on all exports of another one. */
  readonly hasStars: boolean;
  /** The runtime parts that they take. */
  readonly parts: readonly string[];
  /** A module in a circle of imports, for which the project is not fit. */
  readonly cycle?: string;
}

/** @throws Unfit for what only the bundler can tell people of. */
export async function makeGraph(
  modules: ReadonlyMap<string, ModuleRecord>,
  entry: string,
  plugin: Pick<PluginContext, "runtimes">,
): Promise<KeptGraph> {
  const usedParts = new Set<string>();
  await checkExports(modules, { runtimes: plugin.runtimes, usedParts });
  const { modules: ordered, styles, packages } = orderModules(modules, entry);
  const names = ordered.map(({ name }) => name);
  const hasStars = ordered.some((record) => record.shape().imports.some(({ isStar }) => isStar));
  const cycle = findCycle(modules);
  const targets = targetsOf(ordered, styles);
  return { names, styles, packages, hasStars, targets, parts: [...usedParts], ...(cycle !== undefined && { cycle }) };
}

type Table = Record<string, number | string>;

function targetsOf(modules: readonly ModuleRecord[], styles: readonly string[]): string {
  const ids = new Map(modules.map(({ name }, index) => [name, index + 1]));
  const styleIds = new Map(styles.map((name, index) => [name, index]));
  const idOf = (target: string): number | string => {
    if (isStyleTarget(target)) return `s${styleIds.get(target) ?? ""}`;
    const id = ids.get(target);
    if (id !== undefined) return id;
    if (target.startsWith(PACKAGE)) return `p${target.slice(PACKAGE.length)}`;
    const letter = target.startsWith(`${NAMESPACES.required}:`) ? "q" : "r";
    return `${letter}${target.slice(target.indexOf(":") + 1)}`;
  };
  const rows = modules.map((record) => {
    const { imports, targets } = record.shape();
    const tables: [Table, Table] = [Object.create(null) as Table, Object.create(null) as Table];
    imports.forEach(({ specifier, kind }, index) => {
      tables[kind === "import" ? 0 : 1][specifier] = idOf(targets[index] ?? "");
    });
    return tables;
  });
  return JSON.stringify([[{}, {}], ...rows]);
}
