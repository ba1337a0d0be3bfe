import type { PackageGraph } from "@hivesync/package-store/package-graph";
import { asRecord } from "#project/package-json.ts";
import type { OpenPackages } from "#packages/package-files.ts";

/** The stylesheets of a package and of what it depends on, as texts: Sass asks for them one by one. */
export interface PackageStyles {
  /** The project's names for packages -> their ids. */
  readonly roots: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, PackageStyleFiles>>;
}

export interface PackageStyleFiles {
  readonly name: string;
  /** Of its package.json: `sass`, `style`, `main` and `exports`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** What it calls other packages -> their ids. */
  readonly edges: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

const STYLE = /\.(?:scss|sass|css)$/;
/** Minified copies are as large as all the rest, and nobody imports them into Sass. */
const NOT_READ = /\.min\.css$|(?:^|\/)(?:test|tests|docs|examples)\//;
const MAX_CHARACTERS = 20_000_000;

export async function readPackageStyles(graph: PackageGraph, opened: OpenPackages): Promise<PackageStyles> {
  const packages: Record<string, PackageStyleFiles> = {};
  let characters = 0;
  for (const [id, { name, edges }] of Object.entries(graph.instances)) {
    const row = opened.get(id);
    if (row === undefined) continue;
    const files: Record<string, string> = {};
    for (const path of row.files.paths.filter((each) => STYLE.test(each) && !NOT_READ.test(each))) {
      if (characters > MAX_CHARACTERS) break;
      const text = new TextDecoder().decode(await row.files.bytes(path));
      characters += text.length;
      files[path] = text;
    }
    const { sass, style, main, exports } = asRecord(row.json);
    packages[id] = { name, json: { name, sass, style, main, exports }, edges: idsOf(edges), files };
  }
  return { roots: idsOf(graph.roots), packages };
}

function idsOf(edges: PackageGraph["roots"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(edges).flatMap(([name, edge]): [string, string][] => ("to" in edge ? [[name, edge.to]] : [])),
  );
}
