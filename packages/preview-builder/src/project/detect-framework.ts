import type { PackageJson } from "#project/package-json.ts";
import type { FrameworkName } from "#runtimes/framework-versions.ts";

/** By what a framework is known: an import of its own files or package, or its name in package.json. */
interface FrameworkMark {
  readonly name: FrameworkName;
  readonly imported: RegExp;
  readonly packages: readonly string[];
}

/** React comes last: others name it for their types, or put something in its place. */
const MARKS: readonly FrameworkMark[] = [
  {
    name: "svelte",
    imported: /\.svelte["']|["']svelte(?:\/[\w/-]+)?["']/,
    packages: ["svelte"],
  },
  { name: "vue", imported: /\.vue["']|["']vue(?:\/dist\/[\w.-]+)?["']/, packages: ["vue"] },
  { name: "solid", imported: /["']solid-js(?:\/[\w/-]+)?["']/, packages: ["solid-js"] },
  { name: "preact", imported: /["']preact(?:\/[\w/-]+)?["']/, packages: ["preact", "@preact/compat"] },
  { name: "react", imported: /["']react(?:-dom)?(?:\/[\w/-]+)?["']/, packages: ["react", "react-dom"] },
];

/**
 * The framework of the code that a preview starts from: what that code imports decides, then what package.json names.
 *
 * @param scripts paths and texts of the first scripts.
 */
export function detectFramework(
  packageJson: PackageJson,
  scripts: readonly { readonly path: string; readonly text: string }[],
): FrameworkName | undefined {
  const component = scripts.map(({ path }) => /\.(vue|svelte)$/.exec(path)?.[1]).find((name) => name !== undefined);
  if (component !== undefined) return component as FrameworkName;
  const isNamed = ({ packages }: FrameworkMark): boolean => packages.some((name) => packageJson.dependencies.has(name));
  const imported = MARKS.filter((mark) => scripts.some(({ text }) => mark.imported.test(text)));
  const found = imported.find(isNamed) ?? imported[0] ?? MARKS.find(isNamed);
  return found?.name === "react" && isReactOfPreact(packageJson) ? "preact" : found?.name;
}

/** Whether what the project calls React is Preact: by an alias of npm, or because there is no other. */
function isReactOfPreact({ ranges, dependencies }: PackageJson): boolean {
  if (ranges["react"]?.startsWith("npm:@preact/compat") === true) return true;
  return dependencies.has("preact") && !dependencies.has("react");
}
