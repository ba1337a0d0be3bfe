import { posix } from "node:path";
import { mappedTargets, resolveImport } from "#bundle/resolve-import.ts";
import type { ResolveContext } from "#bundle/resolve-import.ts";
import { nearPaths } from "#bundle/near-paths.ts";

type FindContext = ResolveContext;

/** Finds the project's stylesheet that `base` means, as Sass and Less look for it: an ending added, a partial's `_`, a folder's index. */
export function findStyle({ files }: FindContext, base: string, endings: readonly string[]): string | undefined {
  const path = posix.normalize(base);
  if (path.startsWith("../") || path === "..") return undefined;
  const { dir, base: name } = posix.parse(path);
  const isWhole = endings.some((ending) => name.endsWith(ending));
  const names = isWhole ? [name] : endings.map((ending) => name + ending);
  const inFolder = endings.flatMap((ending) => [`_index${ending}`, `index${ending}`]);
  const candidates = [
    ...names.flatMap((each) => [posix.join(dir, each), posix.join(dir, `_${each}`)]),
    ...(isWhole ? [] : inFolder.map((each) => posix.join(path, each))),
  ];
  return candidates.find((candidate) => files.has(candidate));
}

/** The same for what an import in the file `importer` names: a path, from the root too, or one that tsconfig.json maps. */
export function findImportedStyle(
  context: FindContext,
  specifier: string,
  { importer, endings }: { readonly importer: string; readonly endings: readonly string[] },
): string | undefined {
  const name = specifier.replace(/^~(?=[@./\w])/, "").replace(/^file:\/+/, "/");
  const bases = name.startsWith("/")
    ? [name.slice(1), `public${name}`]
    : [posix.join(posix.dirname(importer), name), ...mappedTargets(context, name, { importer, isCss: true })];
  const found = bases.map((base) => findStyle(context, base, endings)).find(Boolean);
  if (found !== undefined) return found;
  const other = resolveImport(context, { specifier: name, importer, kind: "import-rule" });
  return other.found === "file" ? other.path : undefined;
}

/** What to say of a stylesheet that is not there. */
export function explainMissingStyle({ files }: FindContext, specifier: string, importer: string): string {
  const wanted = posix.join(posix.dirname(importer), specifier);
  const styles = files.paths.filter((path) => /\.(?:css|scss|sass|less)$/.test(path));
  const near = nearPaths(styles, wanted.replace(/(^|\/)_/, "$1")).map((path) => `"${path}"`);
  const hint = near.length > 0 ? ` Near it: ${near.join(", ")}.` : "";
  return `The project has no stylesheet "${specifier}".${hint}`;
}
