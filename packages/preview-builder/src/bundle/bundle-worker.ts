import { build } from "esbuild";
import type { OnLoadResult, Plugin } from "esbuild";
import { withoutLocation } from "#bundle/app-location.ts";
import { isEsbuildFailure } from "#bundle/esbuild-failure.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";
import { readImportsFromPage } from "#packages/imported-names.ts";
import { withNeededParts } from "#runtimes/runtime-parts.ts";

const MAX_DEPTH = 4;

export interface WorkerLoad {
  readonly path: string;
  readonly gives: "class" | "address";
  /** What answers the bundler's questions for the worker's own bundle. */
  readonly pluginFor: (context: PluginContext) => Plugin;
}

/**
 * A script that runs beside the page, with all that it imports, as a module of the page: its class, or its address. A page in
 * one file has nowhere else to load it from than from its own text.
 */
export async function loadWorker(
  context: PluginContext,
  { path, gives, pluginFor }: WorkerLoad,
): Promise<OnLoadResult> {
  const { outer = [] } = context;
  if (outer.includes(path) || outer.length >= MAX_DEPTH) {
    return { errors: [{ text: `The worker "${path}" starts itself, which a preview cannot hold.` }] };
  }
  const inner: PluginContext = {
    ...context,
    outer: [...outer, path],
    usedParts: new Set(),
    requiredModules: new Set(),
    // A worker has a `location` of its own.
    settings: { ...context.settings, define: withoutLocation(context.settings.define) },
  };
  const entry = `${NAMESPACES.generated}:worker/${path}`;
  context.generated.set(entry, { contents: `import ${JSON.stringify(`${NAMESPACES.file}:${path}`)};`, loader: "js" });
  try {
    const result = await build({
      ...inner.settings,
      entryPoints: [{ in: entry, out: "worker" }],
      bundle: true,
      write: false,
      outdir: "out",
      absWorkingDir: context.emptyDirectory,
      format: "esm",
      logLevel: "silent",
      plugins: [pluginFor(inner)],
    });
    const printed = result.outputFiles.find((file) => file.path.endsWith("worker.js"))?.text ?? "";
    const script = await withWhatItNeeds(inner, printed);
    return { contents: workerModule(script, gives), loader: "js", warnings: result.warnings };
  } catch (error) {
    if (!isEsbuildFailure(error)) throw error;
    return { errors: error.errors };
  }
}

/** A worker sees nothing of the page, so that frameworks and packages are in it once more. */
async function withWhatItNeeds(context: PluginContext, printed: string): Promise<string> {
  const { script, modules } = readImportsFromPage(printed, context.packageMark, context.requiredModules);
  const packages = modules.length === 0 ? undefined : await context.packages.bundle(modules);
  const names = new Set([...context.usedParts, ...(packages?.parts ?? [])]);
  const parts = await Promise.all(
    withNeededParts(names, context.frameworks.choice).map((part) => context.runtimes.get(part)),
  );
  const needed = [...parts.map((part) => part.script), packages?.script ?? ""].filter((code) => code !== "");
  const start = needed.length === 0 ? "" : "globalThis.__hivesync = { modules: {} };\n";
  // Whatever kind of worker it is started as: imports are gone, and what it waits for is allowed here.
  return `${start}${needed.join("\n")}\n(async () => {\n${script}\n})();`;
}

function workerModule(script: string, gives: WorkerLoad["gives"]): string {
  // A frame without an origin may start no module of a Blob's address, in Chromium at least.
  const address = `"data:text/javascript;charset=utf-8," + encodeURIComponent(code)`;
  const code = `const code = ${JSON.stringify(script)};`;
  if (gives === "address") return `${code}\nexport default ${address};`;
  return `${code}
export default class extends Worker {
  constructor(options) {
    super(${address}, options);
  }
}`;
}
