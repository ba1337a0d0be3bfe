import type { ModuleRecord } from "#kept-modules/module-record.ts";
import { isStyleTarget, PACKAGE } from "#kept-modules/walk-modules.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import type { ImportedModule } from "#packages/imported-names.ts";

/** All that a page needs, in the order in which it is first asked for. */
export interface Ordered {
  readonly modules: readonly ModuleRecord[];
  /** Names of stylesheets that scripts import. */
  readonly styles: readonly string[];
  /** What is taken of packages. */
  readonly packages: readonly ImportedModule[];
}

/** Goes through imports as they run. The order depends on the modules alone, and not on how they were found. */
export function orderModules(records: ReadonlyMap<string, ModuleRecord>, entry: string): Ordered {
  const modules = new Set<ModuleRecord>();
  const styles = new Set<string>();
  const packages = new Map<string, { names: Set<string>; isWhole: boolean; isRequired: boolean }>();
  const packageOf = (specifier: string) => {
    const row = packages.get(specifier) ?? { names: new Set(), isWhole: false, isRequired: false };
    packages.set(specifier, row);
    return row;
  };
  const take = (record: ModuleRecord, index: number): ModuleRecord | undefined => {
    const { imports, targets } = record.shape();
    const target = targets[index] ?? "";
    const row = imports[index];
    if (isStyleTarget(target)) styles.add(target);
    if (target.startsWith(PACKAGE)) {
      const taken = packageOf(target.slice(PACKAGE.length));
      taken.isWhole ||= row?.isWhole === true || row?.isStar === true;
      for (const name of row?.names ?? []) taken.names.add(name);
    }
    const required = `${NAMESPACES.required}:`;
    if (target.startsWith(required)) packageOf(target.slice(required.length)).isRequired = true;
    return records.get(target);
  };
  const first = records.get(entry);
  const waiting = first === undefined ? [] : [{ record: first, next: 0 }];
  if (first !== undefined) modules.add(first);
  for (let at = waiting.at(-1); at !== undefined; at = waiting.at(-1)) {
    if (at.next >= at.record.shape().targets.length) {
      waiting.pop();
      continue;
    }
    const record = take(at.record, at.next++);
    if (record === undefined || modules.has(record)) continue;
    modules.add(record);
    waiting.push({ record, next: 0 });
  }
  return {
    modules: [...modules],
    styles: [...styles],
    packages: [...packages].map(([specifier, row]) => ({ specifier, ...row, names: [...row.names].sort() })),
  };
}
