import { build } from "esbuild";
import type { Message } from "esbuild";
import type { PackageGraph } from "@hivesync/package-store/package-graph";
import type { BuildOptions, ReportRow } from "#build-result.ts";
import { isEsbuildFailure } from "#bundle/esbuild-failure.ts";
import type { CodeSettings } from "#bundle/prepare-code.ts";
import { isStandIn } from "#packages/claim-package.ts";
import { requiredName } from "#packages/imported-names.ts";
import type { ImportedModule } from "#packages/imported-names.ts";
import type { CompileComponent } from "#packages/compile-component.ts";
import type { OpenPackages } from "#packages/package-files.ts";
import { PACKAGE_ENTRY, packagePlugin, placeInPackage } from "#packages/package-plugin.ts";
import type { PackageConditions } from "#packages/resolve-in-package.ts";
import { BuildError } from "#report/build-error.ts";
import { describeRow, limitRows, reportRow } from "#report/report-rows.ts";

/** The packages of a project as one script that fills the page's table of modules, and their styles. */
export interface PackageBundle {
  readonly script: string;
  readonly styles: string;
  /** The runtime parts that it reads from. */
  readonly parts: readonly string[];
  readonly warnings: readonly ReportRow[];
  /** For the log: `zustand@5.0.8`. */
  readonly packages: readonly string[];
}

export interface PackageBundleRequest {
  readonly modules: readonly ImportedModule[];
  readonly graph: PackageGraph;
  readonly packages: OpenPackages;
  readonly conditions: PackageConditions;
  readonly mode: NonNullable<BuildOptions["mode"]>;
  readonly imagesAreSources: boolean;
  /** Gives the module of what the page has already, and notes the part that it reads from. */
  readonly hostModule: (specifier: string, options: { readonly isRequire: boolean }) => string | undefined;
  /** A stylesheet is wanted, as `@import` has it, and no script. */
  readonly isStyle: boolean;
  readonly parts: ReadonlySet<string>;
  /** Makes the compiler of components that packages ship as they were written. */
  readonly compilerFor: (settings: CodeSettings) => CompileComponent;
  /** Where the project's code imports a name, for errors. */
  readonly placeOf: (specifier: string, name: string) => Promise<Parameters<typeof reportRow>[1]>;
  /** An existing folder with nothing in it. */
  readonly emptyDirectory: string;
}

export async function bundlePackages(request: PackageBundleRequest): Promise<PackageBundle> {
  const failures: unknown[] = [];
  const { graph, packages, conditions, imagesAreSources, hostModule } = request;
  const settings = codeSettings(request.mode);
  const entries = request.isStyle ? styleEntry(request.modules) : entryModules(request.modules);
  const plugin = packagePlugin({
    graph,
    packages,
    conditions,
    settings,
    imagesAreSources,
    entries,
    isStyle: request.isStyle,
    hostModule,
    compile: request.compilerFor(settings),
    onFailure: (error) => failures.push(error),
  });
  try {
    const { outputFiles, warnings } = await build({
      ...settings,
      entryPoints: [{ in: PACKAGE_ENTRY, out: "packages" }],
      bundle: true,
      write: false,
      outdir: "out",
      absWorkingDir: request.emptyDirectory,
      format: "iife",
      minify: true,
      logLevel: "silent",
      plugins: [plugin],
    });
    const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
    return {
      script: text(".js"),
      styles: text(".css"),
      parts: [...request.parts].sort(),
      warnings: limitRows(uniqueRows(warnings.filter(isOurs).map((message) => reportRow(message.text)))),
      packages: Object.values(graph.instances).map(({ name, version }) => `${name}@${version}`),
    };
  } catch (error) {
    if (failures.length > 0) throw failures[0];
    if (!isEsbuildFailure(error)) throw error;
    const rows = uniqueRows(await Promise.all(error.errors.map((message) => rowOf(request, message))));
    const [first] = rows;
    throw new BuildError(first === undefined ? "The packages could not be bundled." : describeRow(first), { rows });
  }
}

function codeSettings(mode: NonNullable<BuildOptions["mode"]>): CodeSettings {
  const env = { NODE_ENV: mode, EXPO_OS: "web" };
  return {
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    jsxDev: false,
    define: {
      "process.env": JSON.stringify(env),
      "process.env.NODE_ENV": JSON.stringify(mode),
      "process.env.EXPO_OS": JSON.stringify(env.EXPO_OS),
      "process.browser": "true",
      "process.platform": JSON.stringify("browser"),
      "process.version": JSON.stringify(""),
      "process.versions": "{}",
      "process.nextTick": "queueMicrotask",
      "import.meta.env": JSON.stringify({
        MODE: mode,
        DEV: mode !== "production",
        PROD: mode === "production",
        SSR: false,
      }),
      "import.meta.url": JSON.stringify("https://preview.invalid/"),
      "import.meta.hot": "undefined",
      __DEV__: String(mode !== "production"),
      // Flags that libraries of Vue leave to whoever bundles them.
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
      __VUE_I18N_FULL_INSTALL__: "true",
      __VUE_I18N_LEGACY_API__: "true",
      __INTLIFY_PROD_DEVTOOLS__: "false",
      global: "globalThis",
    },
    tsconfigRaw: { compilerOptions: { jsx: "react-jsx" } },
  };
}

/** The entry fills the table; each module that the project imports has a module of its own that passes on what is used. */
function entryModules(modules: readonly ImportedModule[]): Map<string, string> {
  const entries = new Map<string, string>();
  const lines: string[] = [];
  const rows = ["const { modules } = globalThis.__hivesync;"];
  modules.forEach(({ specifier, names, isWhole, isRequired }, index) => {
    const name = JSON.stringify(specifier);
    if (isStandIn(specifier)) {
      for (const key of [specifier, requiredName(specifier)]) {
        rows.push(`modules[${JSON.stringify(key)}] = require(${name});`);
      }
      return;
    }
    if (isRequired) rows.push(`modules[${JSON.stringify(requiredName(specifier))}] = require(${name});`);
    if (isRequired && !isWhole && names.length === 0) return;
    const used = names.map((each) => (/^[\w$]+$/.test(each) ? each : JSON.stringify(each))).join(", ");
    const isNamed = !isWhole && names.length > 0;
    const source = isNamed ? `${PACKAGE_ENTRY}:${index}` : specifier;
    if (isNamed) entries.set(source, `export { ${used} } from ${name};`);
    if (!isWhole && names.length === 0) {
      lines.push(`import ${name};`);
      return;
    }
    lines.push(`import * as m${index} from ${JSON.stringify(source)};`);
    rows.push(`modules[${name}] = m${index};`);
  });
  return entries.set(PACKAGE_ENTRY, [...lines, ...rows].join("\n"));
}

function styleEntry(modules: readonly ImportedModule[]): Map<string, string> {
  return new Map([[PACKAGE_ENTRY, modules.map(({ specifier }) => `@import ${JSON.stringify(specifier)};`).join("\n")]]);
}

async function rowOf(request: PackageBundleRequest, { text, location }: Message): Promise<ReportRow> {
  const entry = /^package-entry:entry:(\d+)$/.exec(location?.file ?? "");
  const missing = /No matching export in "([^"]+)" for import "([^"]+)"/.exec(text);
  const specifierOfError = (): string | undefined => {
    const module = entry === null ? undefined : request.modules[Number(entry[1])];
    return module?.specifier;
  };
  const specifier = specifierOfError();
  if (specifier !== undefined && missing !== null) {
    const [, , name = ""] = missing;
    return reportRow(`"${specifier}" has no export "${name}".`, await request.placeOf(specifier, name));
  }
  if (location?.file.startsWith("package-entry:") === true) {
    const named = /"([^"]+)"\.$/.exec(text)?.[1] ?? "";
    return reportRow(text, await request.placeOf(named, ""));
  }
  const place = placeInPackage(location?.file ?? "");
  const readable = text.replaceAll(/"package:([^"]+)"/g, '"$1"');
  const isTold = place === undefined || text.startsWith('Package "');
  const advice = "That is the package's own fault: ask for another version of it in package.json.";
  const told = isTold ? readable : `${readable} (${place}, line ${location?.line ?? 1})`;
  // Its file is nobody's here to look at: the import that brings it is.
  const name = /^(?:package |Package ")((?:@[^/"@]+\/)?[^/"@]+)/.exec(place ?? text)?.[1] ?? "";
  return reportRow(`${told.replace(/\.$/, "")}. ${advice}`, await request.placeOf(name, ""));
}

/** Warnings that the bundler gives of packages' own code are their authors' business. */
function isOurs({ pluginName }: Message): boolean {
  return pluginName !== "";
}

function uniqueRows(rows: readonly ReportRow[]): ReportRow[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
