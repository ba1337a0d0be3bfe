import { build } from "esbuild";
import type { OutputFile } from "esbuild";
import type { BuildOptions, ReportRow } from "#build-result.ts";
import { LOCATION_DEFINES } from "#bundle/app-location.ts";
import { isEsbuildFailure } from "#bundle/esbuild-failure.ts";
import { tellMissingOnce } from "#bundle/missing-values.ts";
import { onceABuild } from "#bundle/once-a-build.ts";
import type { CodeSettings } from "#bundle/prepare-code.ts";
import { projectPlugin } from "#bundle/project-plugin.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";
import { readImportsFromPage } from "#packages/imported-names.ts";
import type { ImportedModule } from "#packages/imported-names.ts";
import { BuildError } from "#report/build-error.ts";
import { describeRow, reportRows } from "#report/report-rows.ts";

export interface BundleRequest {
  readonly context: Omit<
    PluginContext,
    "onFailure" | "settings" | "mode" | "once" | "requiredModules" | "emptyDirectory" | "maps"
  >;
  /** The bundler's names of the stylesheets to bundle by themselves. */
  readonly styleEntries: readonly string[];
  readonly defines: Record<string, string>;
  readonly mode: NonNullable<BuildOptions["mode"]>;
  /** An existing folder with nothing in it. */
  readonly emptyDirectory: string;
  readonly signal: AbortSignal | undefined;
}

export interface Bundle {
  readonly script: string;
  readonly scriptStyles: string;
  readonly styles: ReadonlyMap<string, string>;
  readonly sourceMap: string;
  readonly warnings: readonly ReportRow[];
  /** What the script takes of packages, which it reads from the page. */
  readonly packageModules: readonly ImportedModule[];
}

/** The generated module that the page's script starts from. */
export const SCRIPT_ENTRY = "hivesync:script";

/** What a build of a project's script tells the bundler, and what answers its questions. */
export function openBundling(request: BundleRequest): { plugin: PluginContext; failures: unknown[] } {
  const failures: unknown[] = [];
  const settings: CodeSettings = {
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    jsxDev: request.mode === "development",
    define: { ...LOCATION_DEFINES, ...request.defines },
    tsconfigRaw: { compilerOptions: request.context.tsConfig.compilerOptions },
  };
  const plugin = {
    ...request.context,
    requiredModules: new Set<string>(),
    maps: new Map<string, { map: string; text: string }>(),
    emptyDirectory: request.emptyDirectory,
    settings,
    mode: request.mode,
    once: onceABuild(),
    onFailure: (error: unknown) => failures.push(error),
  };
  return { plugin, failures };
}

export async function bundleProject(request: BundleRequest): Promise<Bundle> {
  const { plugin: context, failures } = openBundling(request);
  const { settings, requiredModules } = context;
  const sources = { parts: context.generated, maps: context.maps };
  const styleOutputs = request.styleEntries.map((entry, index) => ({ in: entry, out: `style${index}` }));
  try {
    const result = await build({
      ...settings,
      entryPoints: [{ in: SCRIPT_ENTRY, out: "script" }, ...styleOutputs],
      bundle: true,
      write: false,
      outdir: "out",
      absWorkingDir: request.emptyDirectory,
      format: "esm",
      sourcemap: "external",
      logLevel: "silent",
      plugins: [projectPlugin(context)],
    });
    const text = (name: string): string => textOf(result.outputFiles, name);
    const printed = tagModules(text("script.js"));
    const { script, modules, addedLines } = readImportsFromPage(printed, context.packageMark, requiredModules);
    return {
      script,
      packageModules: modules,
      scriptStyles: text("script.css"),
      styles: new Map(request.styleEntries.map((entry, index) => [entry, text(`style${index}.css`)])),
      sourceMap: shiftLines(text("script.js.map"), addedLines),
      warnings: tellMissingOnce(reportRows(result.warnings, sources)),
    };
  } catch (error) {
    request.signal?.throwIfAborted();
    if (failures.length > 0) throw failures[0];
    if (!isEsbuildFailure(error)) throw error;
    const rows = reportRows(error.errors, sources);
    const [first] = rows;
    throw new BuildError(first === undefined ? "The project could not be bundled." : describeRow(first), { rows });
  }
}

const EXPORT_HELPER = /^var __export = \(target, all\) => \{$/m;

/** Makes what `import()` gives look like a module, by which libraries know that its default export is meant. No line moves. */
function tagModules(script: string): string {
  return script.replace(EXPORT_HELPER, (line) => `${line} __defProp(target, Symbol.toStringTag, { value: "Module" });`);
}

/** Moves what a map says of a script that got lines before its first one. */
function shiftLines(map: string, lines: number): string {
  return lines === 0 ? map : map.replace(/"mappings":\s*"/, (start) => start + ";".repeat(lines));
}

function textOf(files: readonly OutputFile[], name: string): string {
  return files.find((file) => file.path.endsWith(`/${name}`) || file.path.endsWith(`\\${name}`))?.text ?? "";
}
