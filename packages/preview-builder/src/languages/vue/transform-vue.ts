import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { SFCDescriptor, SFCScriptBlock } from "@vue/compiler-sfc";
import { resolveImport } from "#bundle/resolve-import.ts";
import { joinMaps, mapOfFile } from "#languages/component-map.ts";
import type { CompilerMap } from "#languages/component-map.ts";
import { compilerMessage } from "#languages/source-place.ts";
import type { SourceFile, Transformed, TransformContext } from "#transforms/source-transform.ts";
import { compileVueScript, relativeImports } from "#languages/vue/vue-script.ts";
import { compileVueStyles } from "#languages/vue/vue-styles.ts";
import { compileVueTemplate, importsOfAssets } from "#languages/vue/vue-template.ts";
import { VueFault, faultOf } from "#languages/vue/vue-fault.ts";
import { loadVueCompiler } from "#languages/vue/vue-compiler.ts";

/** A component on its way to a module. */
export interface VueComponent {
  readonly file: SourceFile;
  readonly descriptor: SFCDescriptor;
  /** What its scoped styles and variables are marked with: the same for the same file. */
  readonly id: string;
  readonly isScoped: boolean;
  readonly isProduction: boolean;
  readonly context: TransformContext;
}

/** The name of the component in its own module. */
export const COMPONENT = "__hivesync_component__";

const SCRIPT_LANGUAGES = ["js", "jsx", "ts", "tsx"] as const;

export async function transformVue(file: SourceFile, context: TransformContext): Promise<Transformed> {
  try {
    return await transform(file, context);
  } catch (error) {
    const text = isAboutNames(error) ? relativeImports(file, context) : file.text;
    if (text !== file.text) return transformVue({ ...file, text }, context);
    return { contents: "", loader: "js", errors: faultOf(file, error) };
  }
}

/** Whether the compiler could not follow the name of a file of types. */
function isAboutNames(error: unknown): boolean {
  return error instanceof Error && /non-relative sources/.test(error.message);
}

async function transform(file: SourceFile, context: TransformContext): Promise<Transformed> {
  const compiler = await loadVueCompiler();
  const { descriptor, errors } = compiler.parse(file.text, { filename: `/${file.path}`, ignoreEmpty: false });
  if (errors.length > 0) throw new VueFault(errors.flatMap((error) => faultOf(file, error)));
  const component: VueComponent = {
    file,
    descriptor,
    id: createHash("sha256").update(file.path).digest("hex").slice(0, 8),
    isScoped: descriptor.styles.some(({ scoped }) => scoped),
    isProduction: context.mode === "production",
    context,
  };
  const outside = descriptor.script?.src === undefined ? undefined : externalScript(descriptor.script.src);
  const script = outside ?? (await compileVueScript(component));
  const template = await compileVueTemplate(component, script.bindings);
  const styles = await compileVueStyles(component);
  const tail = [
    ...styles.imports,
    ...(template === undefined ? [] : [`${COMPONENT}.render = render;`]),
    ...(component.isScoped ? [`${COMPONENT}.__scopeId = "data-v-${component.id}";`] : []),
    ...(styles.modules.length > 0 ? [`${COMPONENT}.__cssModules = { ${styles.modules.join(", ")} };`] : []),
    `export default ${COMPONENT};`,
  ].join("\n");
  const pieces = [script, ...(template === undefined ? [] : [template]), { code: tail, map: undefined }];
  const code = pieces.map((piece) => piece.code).join("\n");
  const assets = importsOfAssets(code, (specifier) => isFile(component, specifier));
  return {
    contents: assets.code,
    loader: script.loader,
    map: mapOfFile(file.path, joinMaps(pieces)),
    warnings: [
      ...styles.warnings,
      ...assets.missing.map((name) => compilerMessage(file, `"${name}" is no file of the project: it stays a link.`)),
      ...descriptor.customBlocks
        .filter(({ type }) => type === "i18n")
        .map(({ loc }) =>
          compilerMessage(file, `<i18n> blocks are left out of previews.`, { line: loc.start.line, column: 0 }),
        ),
    ],
  };
}

/** A component's script as code that puts the component under its name. */
export interface VueScript {
  readonly code: string;
  readonly map: CompilerMap | undefined;
  readonly loader: (typeof SCRIPT_LANGUAGES)[number];
  readonly bindings: SFCScriptBlock["bindings"];
}

function externalScript(source: string): VueScript {
  const name = JSON.stringify(source);
  const code = `import * as script from ${name};\nexport * from ${name};\nconst ${COMPONENT} = { ...script.default };`;
  return { code, map: undefined, loader: "js", bindings: undefined };
}

/** The language of a component's scripts. */
export function scriptLanguage({ file, descriptor }: VueComponent): VueScript["loader"] {
  const block = descriptor.scriptSetup ?? descriptor.script;
  const language = SCRIPT_LANGUAGES.find((each) => each === (block?.lang ?? "js"));
  if (language !== undefined) return language;
  const text = `Scripts in "${block?.lang ?? ""}" are not read by previews: js, jsx, ts and tsx are.`;
  throw new VueFault([compilerMessage(file, text, { line: block?.loc.start.line ?? 1, column: 0 })]);
}

/** The project path of what a component names, or undefined. */
export function findNamed({ context, file }: VueComponent, specifier: string): string | undefined {
  const found = resolveImport(context, { specifier, importer: file.path, kind: "import-statement" });
  return found.found === "file" ? posix.normalize(found.path) : undefined;
}

function isFile(component: VueComponent, specifier: string): boolean {
  return findNamed(component, specifier) !== undefined;
}
