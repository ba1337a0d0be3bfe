import { build } from "esbuild";
import type { Loader, Message } from "esbuild";
import type { PluginContext } from "#bundle/project-plugin.ts";
import { OWN_REQUIRE } from "#kept-modules/page-loader.ts";
import { Unfit } from "#kept-modules/unfit.ts";

/** Code on its way to what it is in the page. */
export interface Unprinted {
  /** The bundler's name of the module. */
  readonly name: string;
  readonly contents: string | Uint8Array;
  readonly loader: Loader;
}

/** A module as the bundler prints it, by itself, as CommonJS. */
export interface Printed {
  readonly code: string;
  /** The JSON of a map to the module's source. */
  readonly map: string;
  readonly warnings: readonly Message[];
}

/** @throws what the bundler throws of a module with an error. */
export type PrintModule = (module: Unprinted) => Promise<Printed>;

interface Waiting {
  readonly module: Unprinted;
  readonly resolve: (printed: Printed) => void;
  readonly reject: (error: unknown) => void;
}

/** One for each of two processors: while one prints, what the other has printed is read. */
const MAX_BATCHES = 2;
/** Enough that what a call costs does not count, and few enough that the first are there soon. */
const MAX_BATCH_MODULES = 100;

/** Prints modules until it is closed: what waits then is not printed any more. */
export interface Printer {
  readonly print: PrintModule;
  close(): void;
}

/** Prints many modules at a time. What a module becomes depends on nothing but itself. */
export function openPrinter(plugin: Settings): Printer {
  const waiting: Waiting[] = [];
  let running = 0;
  const runNext = (): void => {
    while (running < MAX_BATCHES && waiting.length > 0) {
      running += 1;
      void runBatch(plugin, waiting.splice(0, MAX_BATCH_MODULES)).then(() => {
        running -= 1;
        return runNext();
      });
    }
  };
  let isOpen = true;
  return {
    print: (module) =>
      new Promise((resolve, reject) => {
        if (!isOpen) return reject(new Unfit("others do not fit"));
        waiting.push({ module, resolve, reject });
        // What is asked for in the same turn is printed together.
        if (waiting.length === 1) setImmediate(runNext);
      }),
    close: () => {
      isOpen = false;
      for (const { reject } of waiting.splice(0)) reject(new Unfit("others do not fit"));
    },
  };
}

type Settings = Pick<PluginContext, "settings" | "emptyDirectory">;

/** Never throws: each module has its own end. */
async function runBatch(plugin: Settings, batch: readonly Waiting[]): Promise<void> {
  try {
    const printed = await printAll(
      plugin,
      batch.map(({ module }) => module),
    );
    batch.forEach(({ resolve }, index) => resolve(printed[index] ?? { code: "", map: "", warnings: [] }));
  } catch (error) {
    const [first, ...others] = batch;
    if (others.length === 0) first?.reject(error);
    // One module's error is no other's.
    else await Promise.all(batch.map((each) => runBatch(plugin, [each])));
  }
}

async function printAll({ settings, emptyDirectory }: Settings, modules: readonly Unprinted[]): Promise<Printed[]> {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const { outputFiles, warnings } = await build({
    ...settings,
    define: { ...settings.define, require: OWN_REQUIRE },
    entryPoints: modules.map(({ name }, index) => ({ in: name, out: String(index) })),
    bundle: false,
    write: false,
    outdir: "out",
    absWorkingDir: emptyDirectory,
    format: "cjs",
    sourcemap: "external",
    sourcesContent: false,
    supported: { "dynamic-import": false },
    logLevel: "silent",
    plugins: [
      {
        name: "kept-modules",
        setup: (bundler) => {
          bundler.onResolve({ filter: /.*/ }, ({ path }) => {
            const colon = path.indexOf(":");
            return { namespace: path.slice(0, colon), path: path.slice(colon + 1) };
          });
          bundler.onLoad({ filter: /.*/ }, ({ namespace, path }) => {
            const { contents = "", loader = "js" } = byName.get(`${namespace}:${path}`) ?? {};
            return { contents, loader };
          });
        },
      },
    ],
  });
  if (modules.length > 1 && warnings.some(({ location }) => !byName.has(location?.file ?? "")))
    throw new Error("A warning that says no module.");
  const texts = new Map(outputFiles.map((file) => [/[^/\\]*$/.exec(file.path)?.[0], file]));
  return modules.map(({ name }, index) => ({
    code: texts.get(`${index}.js`)?.text ?? "",
    map: texts.get(`${index}.js.map`)?.text ?? "",
    warnings: warnings.filter(({ location }) => modules.length === 1 || location?.file === name),
  }));
}
