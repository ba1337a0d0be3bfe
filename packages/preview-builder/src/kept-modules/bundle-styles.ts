import { createHash } from "node:crypto";
import { build } from "esbuild";
import type { OutputFile } from "esbuild";
import type { ManifestFile } from "#build-result.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import { onceABuild } from "#bundle/once-a-build.ts";
import { projectPlugin } from "#bundle/project-plugin.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";
import { hashOfGenerated } from "#kept-modules/make-record.ts";
import { recordFiles } from "#kept-modules/recorded-files.ts";
import type { KeptState, StyleUnit } from "#kept-modules/state.ts";
import { Unfit } from "#kept-modules/unfit.ts";
import { isUnchanged } from "#kept-modules/kept-record.ts";
import type { ProjectPackages } from "#packages/project-packages.ts";
import { reportRows } from "#report/report-rows.ts";

export interface StyleRequest {
  readonly plugin: PluginContext;
  readonly manifest: ReadonlyMap<string, ManifestFile>;
  readonly kept: KeptState | undefined;
  readonly isSamePaths: boolean;
  /** The stylesheets that scripts import, in the order in which they run. */
  readonly imported: readonly string[];
  /** The page's own. */
  readonly entries: readonly string[];
}

const ENTRY = `${NAMESPACES.generated}:styles`;

/** Bundles all stylesheets at once, as names of CSS modules may not meet, or finds what an earlier build made of the same ones. */
export async function bundleStyles(request: StyleRequest): Promise<StyleUnit | undefined> {
  const { plugin, manifest, kept, isSamePaths, imported, entries } = request;
  if (imported.length + entries.length === 0) return undefined;
  const texts = entries.map((entry) => plugin.generated.get(entry)).map((part) => part && hashOfGenerated(part));
  const wanted = createHash("sha256")
    .update(JSON.stringify([imported, entries, texts]))
    .digest("hex");
  const known = kept?.styles;
  if (known?.wanted === wanted && (isSamePaths || !known.dependsOnPaths) && isUnchanged(known.madeOf, manifest)) {
    for (const { path } of known.madeOf) plugin.files.take(path);
    return known;
  }
  return await make(request, wanted);
}

async function make({ plugin, manifest, imported, entries }: StyleRequest, wanted: string): Promise<StyleUnit> {
  const recorded = recordFiles(plugin.files, { isPeeking: false });
  const generated = new Map(plugin.generated);
  generated.set(ENTRY, { contents: entryOf(imported), loader: "js" });
  const requiredModules = new Set<string>();
  const maps = new Map<string, { map: string; text: string }>();
  // Values for the whole build that were made before would hide which files they were made of.
  const taken = noteStyles(plugin.packages);
  const packages = taken.packages;
  const context = { ...plugin, files: recorded.files, generated, requiredModules, maps, packages, once: onceABuild() };
  const outputs = entries.map((entry, index) => ({ in: entry, out: `style${index}` }));
  const { outputFiles, warnings } = await build({
    ...plugin.settings,
    entryPoints: [{ in: ENTRY, out: "script" }, ...outputs],
    bundle: true,
    write: false,
    outdir: "out",
    absWorkingDir: plugin.emptyDirectory,
    format: "cjs",
    logLevel: "silent",
    plugins: [projectPlugin(context)],
  });
  if (requiredModules.size > 0) throw new Unfit("stylesheets that need modules of packages");
  const text = (name: string): string => textOf(outputFiles, name);
  const madeOf = [...recorded.read].map((path) => {
    const { sha256 = "", size = 0 } = manifest.get(path) ?? {};
    return { path, sha256, size };
  });
  return {
    wanted,
    madeOf,
    dependsOnPaths: recorded.dependsOnPaths(),
    isKept: !taken.isAny(),
    script: text("script.js"),
    scriptStyles: text("script.css"),
    styles: entries.map((entry, index) => [entry, text(`style${index}.css`)] as const),
    warnings: reportRows(warnings, { parts: generated, maps }),
  };
}

/** Which version of a package a project has is found out in each build anew, where no lockfile says it. */
function noteStyles(packages: ProjectPackages): { readonly packages: ProjectPackages; isAny(): boolean } {
  let isAny = false;
  const note = <Value>(value: Value): Value => {
    isAny = true;
    return value;
  };
  return {
    packages: {
      bundle: (modules) => packages.bundle(modules),
      style: (specifier) => note(packages.style(specifier)),
      styleFiles: (name) => note(packages.styleFiles(name)),
    },
    isAny: () => isAny,
  };
}

/** Imports them in their order, and gives what each of those exports that have names. */
function entryOf(imported: readonly string[]): string {
  const lines = imported.map((name, index) =>
    isNamed(name) ? `import * as s${index} from ${JSON.stringify(name)};` : `import ${JSON.stringify(name)};`,
  );
  const given = imported.map((name, index) => (isNamed(name) ? `s${index}` : "{}"));
  return `${lines.join("\n")}\nexport default [${given.join(", ")}];`;
}

function isNamed(name: string): boolean {
  return /\.module\.\w+$/i.test(name);
}

function textOf(files: readonly OutputFile[], name: string): string {
  return files.find(({ path }) => path.endsWith(`/${name}`) || path.endsWith(`\\${name}`))?.text ?? "";
}
