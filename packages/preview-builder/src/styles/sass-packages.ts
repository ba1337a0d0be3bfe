import { posix } from "node:path";
import { splitSpecifier } from "@hivesync/package-store/package-names";
import type { ImporterResult } from "sass";
import { claimPackage } from "#packages/claim-package.ts";
import type { PackageStyleFiles, PackageStyles } from "#packages/package-styles.ts";
import { workspaceTargets } from "#project/workspaces.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

const SCHEME = "npm:";
const ENDINGS = [".scss", ".sass", ".css"];

/** Finds and loads the stylesheets of packages for Sass, by addresses such as `npm:/bootstrap%405.3.0/scss/bootstrap.scss`. */
export interface SassPackages {
  isOwn(url: URL | string | null | undefined): boolean;
  /** `specifier` is an address already where Sass joined a relative name to one. */
  find(specifier: string, containing: URL | null): Promise<URL | null>;
  load(url: URL): ImporterResult | null;
}

export function sassPackages({
  packages,
  packageJson,
}: Pick<TransformContext, "packages" | "packageJson">): SassPackages {
  const known = new Map<string, PackageStyleFiles>();
  const keep = (styles: PackageStyles): PackageStyles => {
    for (const [id, files] of Object.entries(styles.packages)) known.set(id, files);
    return styles;
  };
  const isOwn: SassPackages["isOwn"] = (url) => url?.toString().startsWith(SCHEME) ?? false;
  return {
    isOwn,
    find: async (specifier, containing) => {
      if (isOwn(specifier)) {
        const { id, path } = placeOf(new URL(specifier));
        return addressOf(id, findIn(known.get(id), [path]));
      }
      const split = splitSpecifier(specifier.replace(/^(?:~|pkg:)/, ""));
      if (split === undefined) return null;
      const from = containing !== null && isOwn(containing) ? known.get(placeOf(containing).id) : undefined;
      const claimed = from === undefined && claimPackage(packageJson, split.name) !== undefined;
      const id =
        from?.edges[split.name] ??
        (claimed ? keep(await packages.styleFiles(split.name)).roots[split.name] : undefined);
      const files = id === undefined ? undefined : known.get(id);
      if (id === undefined || files === undefined) return null;
      const targets = workspaceTargets({ folder: ".", json: files.json }, split.subpath, true);
      return addressOf(id, findIn(files, [...targets, posix.normalize(split.subpath)]));
    },
    load: (url) => {
      const { id, path } = placeOf(url);
      const contents = known.get(id)?.files[path];
      if (contents === undefined) return null;
      return { contents, syntax: path.endsWith(".sass") ? "indented" : path.endsWith(".css") ? "css" : "scss" };
    },
  };
}

function addressOf(id: string, path: string | undefined): URL | null {
  if (path === undefined) return null;
  return new URL(`${SCHEME}/${[id, ...path.split("/")].map(encodeURIComponent).join("/")}`);
}

function placeOf(url: URL): { readonly id: string; readonly path: string } {
  const [id = "", ...path] = url.pathname.slice(1).split("/").map(decodeURIComponent);
  return { id, path: path.join("/") };
}

function findIn(row: PackageStyleFiles | undefined, bases: readonly string[]): string | undefined {
  if (row === undefined) return undefined;
  const candidates = bases.flatMap((base) => {
    const { dir, base: name } = posix.parse(base);
    const names = ENDINGS.includes(posix.extname(name)) ? [name] : ENDINGS.map((ending) => name + ending);
    const inFolder = ENDINGS.flatMap((ending) => [`_index${ending}`, `index${ending}`]);
    return [
      ...names.flatMap((each) => [posix.join(dir, each), posix.join(dir, `_${each}`)]),
      ...inFolder.map((each) => posix.join(base, each)),
    ];
  });
  return candidates.find((path) => Object.hasOwn(row.files, path));
}
