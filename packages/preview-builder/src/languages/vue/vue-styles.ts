import type { PartialMessage } from "esbuild";
import type { SFCStyleBlock } from "@vue/compiler-sfc";
import { compilerMessage, inItsLines } from "#languages/source-place.ts";
import { compileStyle } from "#styles/style-transforms.ts";
import { findNamed } from "#languages/vue/vue-component.ts";
import type { VueComponent } from "#languages/vue/vue-component.ts";
import { VueFault } from "#languages/vue/vue-fault.ts";
import { loadVueCompiler } from "#languages/vue/vue-compiler.ts";

interface VueStyles {
  /** Statements of the component's module. */
  readonly imports: readonly string[];
  /** Properties of what the component calls its CSS modules. */
  readonly modules: readonly string[];
  readonly warnings: readonly PartialMessage[];
}

/** Makes each `<style>` a module of its own. */
export async function compileVueStyles(component: VueComponent): Promise<VueStyles> {
  const imports: string[] = [];
  const modules: string[] = [];
  const warnings: PartialMessage[] = [];
  for (const [index, block] of component.descriptor.styles.entries()) {
    const { css, warnings: more } = await compileBlock(component, block);
    warnings.push(...more);
    const { module } = block;
    const isModule = module !== undefined && module !== false;
    const part = component.context.addPart(component.file.path, {
      contents: css,
      loader: isModule ? "local-css" : "css",
    });
    imports.push(`import ${isModule ? `style${index} from ` : ""}${JSON.stringify(part)};`);
    if (isModule) modules.push(`${JSON.stringify(typeof module === "string" ? module : "$style")}: style${index}`);
  }
  return { imports, modules, warnings };
}

async function compileBlock(
  component: VueComponent,
  block: SFCStyleBlock,
): Promise<{ css: string; warnings: readonly PartialMessage[] }> {
  const { file, id, isProduction, context } = component;
  const { path, text, lang } = await sourceOf(component, block);
  const { text: plain, warnings } = await compileStyle({ path, text }, lang, context);
  const compiler = await loadVueCompiler();
  const { code, errors } = compiler.compileStyle({
    source: plain,
    filename: `/${path}`,
    id: `data-v-${id}`,
    scoped: block.scoped ?? false,
    isProd: isProduction,
  });
  if (errors.length > 0) {
    throw new VueFault(
      errors.map((error) => {
        const { reason, line, column } = error as Error & { reason?: string; line?: number; column?: number };
        const place = { line: line ?? block.loc.start.line, column: (column ?? 1) - 1 };
        return compilerMessage(path === file.path ? file : { path, text }, reason ?? error.message, place);
      }),
    );
  }
  return { css: code, warnings };
}

/** A block's own text, or that of the file which it names, in the lines that it has there. */
async function sourceOf(
  component: VueComponent,
  { src, content, lang, loc }: SFCStyleBlock,
): Promise<{ path: string; text: string; lang: string }> {
  const { file, context } = component;
  if (src === undefined) {
    const text = inItsLines(file.text, loc.start.offset, content);
    return { path: file.path, text, lang: lang === "postcss" || lang === undefined ? "css" : lang };
  }
  const path = findNamed(component, src);
  if (path === undefined) {
    const text = `The project has no stylesheet "${src}".`;
    throw new VueFault([compilerMessage(file, text, { line: loc.start.line, column: 0 })]);
  }
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return { path, text: await context.files.text(path), lang: ending === "pcss" ? "css" : ending };
}
