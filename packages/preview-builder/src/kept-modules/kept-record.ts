import { hashOfGenerated } from "#kept-modules/make-record.ts";
import type { MadeOf, ModuleRecord } from "#kept-modules/module-record.ts";
import { Unfit } from "#kept-modules/unfit.ts";
import type { WalkContext } from "#kept-modules/walk-modules.ts";

type Files = WalkContext["manifest"];

/** Whether files are what they were when something was made of them. */
export function isUnchanged(madeOf: readonly MadeOf[], manifest: Files): boolean {
  return madeOf.every(({ path, sha256, size }) => {
    const file = manifest.get(path);
    return file !== undefined && file.sha256 === sha256 && file.size === size;
  });
}

/**
 * The module as an earlier build made it, if it would be made so again.
 *
 * @throws Unfit when that build found that it does not fit.
 */
export function keptRecord(
  { plugin, manifest, kept, isSamePaths }: WalkContext,
  name: string,
): ModuleRecord | undefined {
  const record = kept?.records.get(name);
  if (record === undefined || (record.dependsOnPaths && !isSamePaths)) return undefined;
  const generated = plugin.generated.get(name);
  if (record.textHash !== (generated === undefined ? undefined : hashOfGenerated(generated))) return undefined;
  if (!isUnchanged(record.madeOf, manifest)) return undefined;
  if (record.unfit !== undefined) throw new Unfit(record.unfit);
  plugin.onFile();
  return record;
}
