import { posix } from "node:path";
import { asRecord, asString } from "#project/package-json.ts";

/** A name that a config puts another in the place of. */
export interface Alias {
  /** The whole name, the start of one up to a slash, or a pattern. */
  readonly find: string | RegExp;
  /** Only the whole name is meant. */
  readonly isExact: boolean;
  /** What takes its place: a project path, or the name of a module. */
  readonly target: { readonly path: string } | { readonly name: string };
}

/** The aliases of a config: `{ "@": "/src" }`, or rows of `{ find, replacement }`. */
export function toAliases(value: unknown, home: string): Alias[] {
  const rows = Array.isArray(value)
    ? value.map((row) => [asRecord(row)["find"], asRecord(row)["replacement"]] as const)
    : Object.entries(asRecord(value));
  return rows.flatMap(([find, replacement]) => {
    const to = asString(replacement);
    if (to === undefined || !(find instanceof RegExp || (typeof find === "string" && find !== ""))) return [];
    // Webpack's way to say that only the whole name is meant.
    const isExact = typeof find === "string" && find.endsWith("$");
    return [{ find: isExact ? find.slice(0, -1) : find, isExact, target: targetOf(to, home) }];
  });
}

/** What a name means by the aliases, or undefined. */
export function applyAliases(aliases: readonly Alias[], name: string): Alias["target"] | undefined {
  for (const { find, isExact, target } of aliases) {
    const rest = restOf(name, find, isExact);
    if (rest === undefined) continue;
    if (find instanceof RegExp) {
      const text = "path" in target ? target.path : target.name;
      const changed = name.replace(find, text);
      return "path" in target ? { path: posix.normalize(changed) } : { name: changed };
    }
    return "path" in target ? { path: posix.join(target.path, rest) } : { name: target.name + rest };
  }
  return undefined;
}

function restOf(name: string, find: string | RegExp, isExact: boolean): string | undefined {
  if (find instanceof RegExp) return find.test(name) ? "" : undefined;
  if (name === find) return "";
  if (isExact) return undefined;
  // `@/` as well as `@`.
  const start = find.endsWith("/") ? find : `${find}/`;
  return name.startsWith(start) ? name.slice(find.length) : undefined;
}

/** Paths of configs begin with a slash, that being the project, or with a dot; the rest are names of modules. */
function targetOf(to: string, home: string): Alias["target"] {
  if (/^\.\.?(?:\/|$)/.test(to)) return { path: posix.join(home, to) };
  if (!to.startsWith("/")) return { name: to };
  const path = posix.join(".", to.slice(1));
  // `/src` is written for the folder beside the config as well.
  const isInHome = home === "." || path === home || path.startsWith(`${home}/`);
  return { path: isInHome ? path : posix.join(home, path) };
}
