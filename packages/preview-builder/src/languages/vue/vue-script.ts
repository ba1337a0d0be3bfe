import { posix } from "node:path";
import type { SFCScriptCompileOptions } from "@vue/compiler-sfc";
import { resolveImport } from "#bundle/resolve-import.ts";
import type { SourceFile, TransformContext } from "#transforms/source-transform.ts";
import { COMPONENT, scriptLanguage } from "#languages/vue/vue-component.ts";
import type { VueComponent, VueScript } from "#languages/vue/vue-component.ts";
import { loadVueCompiler } from "#languages/vue/vue-compiler.ts";
import { templateOptions } from "#languages/vue/vue-template.ts";

/** A component may take its types from files, each of which may name others. */
const MAX_TYPE_FILES = 200;

/** What the compiler has asked for of files of types: their texts, and the paths of those that have to be read first. */
interface TypeFiles {
  readonly texts: Map<string, string>;
  readonly wanted: Set<string>;
}

export async function compileVueScript(component: VueComponent): Promise<VueScript> {
  const { descriptor } = component;
  const loader = scriptLanguage(component);
  if (descriptor.script === null && descriptor.scriptSetup === null) {
    return { code: `const ${COMPONENT} = {};`, map: undefined, loader, bindings: undefined };
  }
  const compiler = await loadVueCompiler();
  const types: TypeFiles = { texts: new Map(), wanted: new Set() };
  try {
    for (;;) {
      const block = attempt(() => compiler.compileScript(descriptor, optionsOf(component, types)));
      // It reads at once or not at all, and may swallow that something was not there: it is asked again with the file.
      if (types.wanted.size > 0 && types.texts.size < MAX_TYPE_FILES) {
        await readWanted(component, types);
        continue;
      }
      if ("error" in block) throw block.error;
      const { content, map, bindings } = block.value;
      return { code: content, map, loader, bindings };
    }
  } finally {
    // It keeps what it read of types by path, and a path means another file in another project.
    for (const path of types.texts.keys()) compiler.invalidateTypeCache(`/${path}`);
  }
}

function attempt<Value>(work: () => Value): { readonly value: Value } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

async function readWanted({ context }: VueComponent, { texts, wanted }: TypeFiles): Promise<void> {
  for (const path of wanted) texts.set(path, relativeImports({ path, text: await context.files.text(path) }, context));
  wanted.clear();
}

function optionsOf(component: VueComponent, { texts, wanted }: TypeFiles): SFCScriptCompileOptions {
  const { id, isProduction, context } = component;
  return {
    id,
    isProd: isProduction,
    inlineTemplate: true,
    genDefaultAs: COMPONENT,
    templateOptions: templateOptions(component),
    // Types are the only thing that it reads files for.
    fs: {
      fileExists: (name) => context.files.has(name.slice(1)),
      readFile: (name) => {
        const path = name.slice(1);
        const text = texts.get(path);
        if (text !== undefined || !context.files.has(path)) return text;
        wanted.add(path);
        throw new Error(`"${path}" is not read yet.`);
      },
    },
  };
}

const NAMED_IMPORT = /(\bfrom\s*)(["'])([^"'\n.][^"'\n]*)\2/g;

/** The compiler finds types by relative names alone: others of the project's own are made relative. */
export function relativeImports({ path: importer, text }: SourceFile, context: TransformContext): string {
  return text.replaceAll(NAMED_IMPORT, (...[whole = "", from = "", quote = "", specifier = ""]: string[]) => {
    const found = resolveImport(context, { specifier, importer, kind: "import-statement" });
    if (found.found !== "file") return whole;
    const relative = posix.relative(posix.dirname(importer), found.path);
    return `${from}${quote}${relative.startsWith("../") ? relative : `./${relative}`}${quote}`;
  });
}
