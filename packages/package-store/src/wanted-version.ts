import semver from "semver";
import { PackageError } from "#package-error.ts";
import { isPackageName } from "#package-names.ts";

/** What package.json or a package asks for under a name. */
export interface Wanted {
  readonly name: string;
  /** A range or a tag of the registry. */
  readonly range: string;
}

/**
 * Reads what stands beside a name in `dependencies`: `^1.2.0`, `latest`, `npm:other@2`.
 *
 * @throws PackageError for what is not in a registry: folders, git repositories, files of other servers.
 */
export function readWanted(alias: string, spec: string): Wanted {
  const given = spec.trim();
  const aliased = /^npm:((?:@[^/@]+\/)?[^@/]+)(?:@(.*))?$/.exec(given);
  const name = aliased?.[1] ?? alias;
  const range = (aliased === null ? given : (aliased[2] ?? "")).trim();
  if (!isPackageName(name)) throw new PackageError("unsupported", alias, `"${name}" is not the name of a package.`);
  if (range === "" || range.startsWith("catalog:")) return { name, range: "*" };
  if (semver.validRange(range, { loose: true }) !== null) return { name, range };
  // A tag, such as "next".
  if (/^[a-z][\w.-]*$/i.test(range)) return { name, range };
  throw new PackageError(
    "unsupported",
    alias,
    `Package "${alias}" is asked for as "${range.slice(0, 80)}"; previews take packages from the registry, by version, only.`,
  );
}
