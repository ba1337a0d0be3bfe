import type { SFCScriptBlock, SFCTemplateCompileOptions } from "@vue/compiler-sfc";
import type { CompilerMap } from "#languages/component-map.ts";
import { compilerMessage } from "#languages/source-place.ts";
import { findNamed, scriptLanguage } from "#languages/vue/vue-component.ts";
import type { VueComponent } from "#languages/vue/vue-component.ts";
import { VueFault, faultOf } from "#languages/vue/vue-fault.ts";
import { loadVueCompiler } from "#languages/vue/vue-compiler.ts";

interface VueTemplate {
  readonly code: string;
  readonly map: CompilerMap | undefined;
}

/** How templates are compiled, inside the script and beside it. */
export function templateOptions(component: VueComponent): Partial<SFCTemplateCompileOptions> {
  const { id, isProduction, isScoped, descriptor } = component;
  const isTyped = /^tsx?$/.test(scriptLanguage(component));
  return {
    id,
    isProd: isProduction,
    scoped: isScoped,
    slotted: descriptor.slotted,
    // Images of the public folder are in the page too.
    transformAssetUrls: { includeAbsolute: true },
    compilerOptions: isTyped ? { expressionPlugins: ["typescript"] } : {},
  };
}

/** The template's `render`, where it is no part of the script. */
export async function compileVueTemplate(
  component: VueComponent,
  bindings: SFCScriptBlock["bindings"],
): Promise<VueTemplate | undefined> {
  const { file, descriptor, id } = component;
  const { template, scriptSetup } = descriptor;
  if (template === null) return undefined;
  const place = { line: template.loc.start.line, column: 0 };
  if (template.lang !== undefined && template.lang !== "html") {
    const text = `Templates in "${template.lang}" are not read by previews: only HTML is.`;
    throw new VueFault([compilerMessage(file, text, place)]);
  }
  if (scriptSetup !== null && template.src === undefined) return undefined;
  const compiler = await loadVueCompiler();
  const options = templateOptions(component);
  const outside = template.src === undefined ? undefined : await readOutside(component, template.src);
  const source = outside ?? { path: file.path, text: template.content };
  const { code, map, errors } = compiler.compileTemplate({
    ...options,
    id,
    source: source.text,
    filename: `/${source.path}`,
    ...(outside === undefined && template.ast !== undefined && { ast: template.ast }),
    ...(outside === undefined && template.map !== undefined && { inMap: template.map }),
    compilerOptions: {
      ...options.compilerOptions,
      ...(bindings !== undefined && { bindingMetadata: bindings }),
      ...(component.isScoped && { scopeId: `data-v-${id}` }),
    },
  });
  if (errors.length > 0) {
    throw new VueFault(
      errors.flatMap((error) => faultOf(outside ?? file, typeof error === "string" ? new Error(error) : error)),
    );
  }
  return {
    code: code.replace("export function render(", "function render("),
    map: outside === undefined ? map : undefined,
  };
}

async function readOutside(component: VueComponent, source: string): Promise<{ path: string; text: string }> {
  const path = findNamed(component, source);
  if (path !== undefined) return { path, text: await component.context.files.text(path) };
  const line = component.descriptor.template?.loc.start.line ?? 1;
  const text = `The project has no file "${source}" for the template.`;
  throw new VueFault([compilerMessage(component.file, text, { line, column: 0 })]);
}

const ASSET_IMPORT = /^import (_imports_\d+) from (["'])(.+?)\2;?$/gm;

/** What a template shows is imported; names that lead to no file of the project stay as they are written. */
export function importsOfAssets(
  code: string,
  isFile: (specifier: string) => boolean,
): { readonly code: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const changed = code.replaceAll(ASSET_IMPORT, (...[whole = "", name = "", , specifier = ""]: string[]) => {
    if (isFile(specifier)) return whole;
    missing.push(specifier);
    return `const ${name} = ${JSON.stringify(specifier)};`;
  });
  return { code: changed, missing };
}
