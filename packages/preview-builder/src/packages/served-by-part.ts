import semver from "semver";
import { RUNTIME_PARTS, partOfModule } from "#runtimes/runtime-parts.ts";

/** Which version of a prebuilt package its part holds. Frameworks have no row: theirs is the project's own choice. */
const VERSIONS: ReadonlyMap<string, string> = new Map(
  RUNTIME_PARTS.flatMap(({ versions = {} }) => Object.entries(versions)),
);

/** Whether a runtime part holds the package, in a version that serves the range. */
export function isServedByPart(name: string, range: string | undefined): boolean {
  if (partOfModule(name) === undefined) return false;
  const version = VERSIONS.get(name);
  return version === undefined || range === undefined || servesRange(version, range);
}

/** Whether a version that is here serves what a project asks for. */
export function servesRange(version: string, range: string): boolean {
  // A lockfile's exact version: a later one of the same kind serves as well.
  const exact = semver.valid(range, { loose: true });
  const wanted = exact === null ? range : `^${exact}`;
  // Tags and what is no range mean whatever is there.
  return semver.validRange(wanted, { loose: true }) === null || semver.satisfies(version, wanted, { loose: true });
}
