import type { SourceFile, SourceTransform, Transformed, TransformContext } from "#transforms/source-transform.ts";
import { compileLess } from "#styles/compile-less.ts";
import { compileSass } from "#styles/compile-sass.ts";
import { exportValues } from "#styles/export-values.ts";
import { StyleFault } from "#styles/style-fault.ts";
import type { StyleText } from "#styles/style-text.ts";
import { applyTailwind } from "#styles/tailwind/apply-tailwind.ts";

type Compile = (file: SourceFile, context: TransformContext) => Promise<StyleText>;

/** Languages of stylesheets by ending: the `lang` of a component's `<style>` too. */
const COMPILERS: Readonly<Record<string, Compile>> = {
  css: (file) => Promise.resolve({ ...file, warnings: [] }),
  scss: (file, context) => compileSass(file, context, "scss"),
  sass: (file, context) => compileSass(file, context, "indented"),
  less: compileLess,
};

/**
 * Makes a stylesheet plain CSS: compiled, and with what Tailwind adds where the project uses it. `lang` is `css`, `scss`,
 * `sass` or `less`.
 *
 * @throws StyleFault with messages that have places in the file as it was written.
 */
export async function compileStyle(file: SourceFile, lang: string, context: TransformContext): Promise<StyleText> {
  const compile = Object.hasOwn(COMPILERS, lang) ? COMPILERS[lang] : undefined;
  if (compile === undefined) {
    throw new StyleFault([{ text: `Styles in "${lang}" are not read by previews: css, scss, sass and less are.` }]);
  }
  return applyTailwind(await compile(file, context), context);
}

/** Styles besides the CSS that the bundler knows. */
export const styleTransforms: readonly SourceTransform[] = [
  {
    name: "styles",
    matches: (path) => /\.(?:css|scss|sass|less)$/i.test(path),
    transform: async (file, context) => {
      try {
        const lang = file.path.slice(file.path.lastIndexOf(".") + 1).toLowerCase();
        return finish(await compileStyle(file, lang, context), context);
      } catch (error) {
        if (error instanceof StyleFault) return { contents: "", loader: "css", errors: error.messages };
        throw error;
      }
    },
  },
];

function finish({ path, text, warnings }: StyleText, context: TransformContext): Transformed {
  if (!/\.module\.\w+$/i.test(path)) return { contents: text, loader: "css", warnings };
  const { css, values } = exportValues(text);
  if (values.size === 0) return { contents: css, loader: "local-css", warnings };
  const part = context.addPart(path, { contents: css, loader: "local-css" });
  const rows = [...values].map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  // The bundler knows what a stylesheet exports, but not to whoever exports all of it.
  const classes = [...css.matchAll(/\.(-?[A-Za-z_][\w-]*)/g)].map(([, name = ""]) => name);
  const names = [...new Set([...values.keys(), ...classes])].filter(isExportable);
  const contents = [
    `import local from ${JSON.stringify(part)};`,
    `const all = { ...local, ${rows.join(", ")} };`,
    "export default all;",
    ...names.map((name, index) => `const v${index} = all[${JSON.stringify(name)}]; export { v${index} as ${name} };`),
  ].join("\n");
  return { contents, loader: "js", warnings };
}

function isExportable(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "default";
}
