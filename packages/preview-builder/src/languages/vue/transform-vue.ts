import { createHash } from "node:crypto";
import { joinMaps, mapOfFile } from "#languages/component-map.ts";
import { compilerMessage } from "#languages/source-place.ts";
import type { SourceFile, Transformed, TransformContext } from "#transforms/source-transform.ts";
import { COMPONENT, findNamed } from "#languages/vue/vue-component.ts";
import type { VueComponent, VueScript } from "#languages/vue/vue-component.ts";
import { compileVueScript, relativeImports } from "#languages/vue/vue-script.ts";
import { compileVueStyles } from "#languages/vue/vue-styles.ts";
import { compileVueTemplate, importsOfAssets } from "#languages/vue/vue-template.ts";
import { VueFault, faultOf } from "#languages/vue/vue-fault.ts";
import { loadVueCompiler } from "#languages/vue/vue-compiler.ts";

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

function externalScript(source: string): VueScript {
  const name = JSON.stringify(source);
  const code = `import * as script from ${name};\nexport * from ${name};\nconst ${COMPONENT} = { ...script.default };`;
  return { code, map: undefined, loader: "js", bindings: undefined };
}

function isFile(component: VueComponent, specifier: string): boolean {
  return findNamed(component, specifier) !== undefined;
}
