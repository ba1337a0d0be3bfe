import { KNOWN_PACKAGES } from "#packages/known-packages.ts";
import { innerNativeModule } from "#runtimes/inner-native-module.ts";
import { partOfModule } from "#runtimes/runtime-parts.ts";

const MODULES = "globalThis.__hivesync.modules";
const EXPORTS_OF = "hivesync-exports:";
const STAND_IN = "hivesync:stand-in";

/** A module of a bundle of packages that reads from what the page has already, and the runtime part that it reads. */
export interface HostModule {
  readonly code: string;
  readonly part: string;
}

/** Undefined for what no page has. */
export function hostModule(specifier: string, { isRequire }: { readonly isRequire: boolean }): HostModule | undefined {
  if (specifier.startsWith("hivesync:")) return undefined;
  const part = partOfModule(specifier);
  if (part !== undefined) return { code: partModule(specifier, isRequire), part: part.name };
  const standInPart = partOfModule(STAND_IN)?.name ?? "";
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  if (KNOWN_PACKAGES.get(name)?.as === "stand-in") return { code: standInModule(specifier), part: standInPart };
  const inner = innerNativeModule(specifier);
  return inner === undefined ? undefined : { code: inner, part: standInPart };
}

/** Also what the project's own code gets for a stand-in. */
export function standInObject(specifier: string): string {
  return `${MODULES}[${JSON.stringify(STAND_IN)}].standIn(${JSON.stringify(specifier)})`;
}

/** Its exports are looked up as they are used: a copy of them would have none. */
function standInModule(specifier: string): string {
  return `module.exports = Object.create(${standInObject(specifier)});`;
}

/**
 * A part's modules are objects of exports. To `require` one that is a function is given as that. `import` gets a module of its
 * own, as of others a file named `.mjs` would take the whole object for the default; names that it does not have are undefined.
 */
function partModule(specifier: string, isRequire: boolean): string {
  const missing = `"${specifier}" is not in the version that the project has.`;
  const read = `const m = ${MODULES}[${JSON.stringify(specifier)}]; if (!m) throw new Error(${JSON.stringify(missing)});`;
  return isRequire
    ? `${read} module.exports = typeof m.default === "function" ? m.default : Object.create(m, { __esModule: { value: true } });`
    : `${read} export default m.default ?? m; export * from ${JSON.stringify(EXPORTS_OF + specifier)};`;
}

/** The whole object of exports, which a module made by {@link hostModule} passes on. Undefined for any other name. */
export function exportsModule(name: string): string | undefined {
  const specifier = name.startsWith(EXPORTS_OF) ? name.slice(EXPORTS_OF.length) : undefined;
  return specifier === undefined ? undefined : `module.exports = ${MODULES}[${JSON.stringify(specifier)}];`;
}
