import semver from "semver";
import type { PackageManifest } from "#package-source.ts";
import { sha1Integrity } from "#registry/integrity.ts";

interface VersionFacts extends PackageManifest {
  readonly isDeprecated: boolean;
  readonly tarball: string | undefined;
}

/** The versions that the registry has of one package. */
export interface PackageVersions {
  /** The one that a range or tag means, as npm's own client would have it; undefined when there is none. */
  pick(range: string): PackageManifest | undefined;
  /** Where the registry says that a version's tarball is. */
  tarballOf(version: string): string | undefined;
}

/** Reads the registry's answer. What in it is not as it should be is as if it were not there. */
export function readPackageVersions(name: string, json: string): PackageVersions {
  const answer = record(parse(json));
  const tags = record(answer["dist-tags"]);
  const rows = record(answer["versions"]);
  const factsOf = (version: string): VersionFacts | undefined =>
    Object.hasOwn(rows, version) ? readVersion(name, version, record(rows[version])) : undefined;
  const pick = (range: string): PackageManifest | undefined => {
    if (Object.hasOwn(tags, range)) return factsOf(text(tags[range]) ?? "");
    if (semver.validRange(range, { loose: true }) === null) return undefined;
    const latest = text(tags["latest"]) ?? "";
    const isLatest = range === "*" || semver.satisfies(latest, range, { loose: true });
    const newest = isLatest ? factsOf(latest) : undefined;
    if (newest !== undefined && !newest.isDeprecated) return newest;
    const fitting = Object.keys(rows).filter((version) => semver.satisfies(version, range, { loose: true }));
    const good = fitting.filter((version) => record(rows[version])["deprecated"] === undefined);
    const best = semver.maxSatisfying(good.length > 0 ? good : fitting, range, { loose: true });
    return best === null ? newest : factsOf(best);
  };
  return { pick, tarballOf: (version) => factsOf(version)?.tarball };
}

function readVersion(name: string, version: string, row: Record<string, unknown>): VersionFacts | undefined {
  const dist = record(row["dist"]);
  const shasum = text(dist["shasum"]);
  const integrity = text(dist["integrity"]) ?? (shasum === undefined ? undefined : sha1Integrity(shasum));
  if (integrity === undefined) return undefined;
  const optionalDependencies = texts(row["optionalDependencies"]);
  const peersMeta = record(row["peerDependenciesMeta"]);
  const optionalPeers = Object.keys(peersMeta).filter((peer) => record(peersMeta[peer])["optional"] === true);
  const dependencies = texts(row["dependencies"]);
  return {
    name,
    version,
    integrity,
    // The registry lists optional ones under both names.
    dependencies: Object.fromEntries(Object.entries(dependencies).filter(([key]) => !(key in optionalDependencies))),
    peerDependencies: texts(row["peerDependencies"]),
    optional: [...Object.keys(optionalDependencies), ...optionalPeers],
    isDeprecated: row["deprecated"] !== undefined,
    tarball: text(dist["tarball"]),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(value: unknown): Record<string, string> {
  const rows = Object.entries(record(value)).filter(([, each]) => typeof each === "string");
  return Object.fromEntries(rows) as Record<string, string>;
}
