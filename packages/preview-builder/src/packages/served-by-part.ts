import semver from "semver";
import { OLDER_THAT_ARE_SERVED } from "#runtimes/prebuilt-parts.ts";
import { RUNTIME_PARTS, partOfModule } from "#runtimes/runtime-parts.ts";

/** Which version of a prebuilt package its part holds. Frameworks have no row: theirs is the project's own choice. */
const VERSIONS: ReadonlyMap<string, string> = new Map(
  RUNTIME_PARTS.flatMap(({ versions = {} }) => Object.entries(versions)),
);

/** The version in which a prebuilt package is in its part. */
export function prebuiltVersion(name: string): string | undefined {
  return VERSIONS.get(name);
}

/** The package.json of a package that is a part: apps show the version, which is the one that they ask for. */
export function describePackage(name: string, range = "*"): string {
  const asked = semver.validRange(range, { loose: true }) === null ? undefined : semver.minVersion(range)?.version;
  return JSON.stringify({ name, version: VERSIONS.get(name) ?? asked ?? "0.0.0" });
}

/** Whether a runtime part holds the package, in a version that serves the range. */
export function isServedByPart(name: string, range: string | undefined): boolean {
  if (partOfModule(name) === undefined) return false;
  const version = VERSIONS.get(name);
  if (version === undefined || range === undefined || servesRange(version, range)) return true;
  return servesOlder(name, range, version);
}

/** Whether what is here serves an older major of the package, as its exports stayed what they were. */
export function servesOlder(name: string, range: string, version: string): boolean {
  const older = Object.hasOwn(OLDER_THAT_ARE_SERVED, name) ? OLDER_THAT_ARE_SERVED[name] : undefined;
  const least = semver.validRange(range, { loose: true }) === null ? null : semver.minVersion(range, { loose: true });
  return older !== undefined && least !== null && semver.satisfies(least, older) && semver.lt(least, version);
}

/**
 * Whether a version that is here serves what a project asks for: what the range takes, and what came after it in its major,
 * as pins such as Expo's `~5.6.0` leave out what would do as well.
 */
export function servesRange(version: string, range: string): boolean {
  const wanted = semver.validRange(range, { loose: true });
  // Tags and what is no range mean whatever is there.
  if (wanted === null) return true;
  const least = semver.minVersion(wanted)?.version;
  return (
    semver.satisfies(version, wanted, { loose: true }) ||
    (least !== undefined && semver.satisfies(version, `^${least}`, { loose: true }))
  );
}
