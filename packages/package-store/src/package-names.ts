import { isBuiltin } from "node:module";

// As npm's rule for new and old names: what can stand in a URL as it is, and is no path.
const NAME = /^(?:@[a-z\d\-*~][\w\-.*~]*\/)?[a-z\d\-~][\w\-.~]*$/i;

/** True of what the registry may have a package for. */
export function isPackageName(name: string): boolean {
  return name.length <= 214 && NAME.test(name) && !/^(?:node_modules|favicon\.ico)$/i.test(name);
}

/** The package and the path in it that a bare specifier names: `@a/b/c.js` is `@a/b` and `./c.js`. Undefined for what names none. */
export function splitSpecifier(specifier: string): { name: string; subpath: string } | undefined {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  if (!isPackageName(name) || specifier.startsWith("node:")) return undefined;
  if (isBuiltin(specifier)) return undefined;
  return { name, subpath: `.${specifier.slice(name.length)}` };
}
