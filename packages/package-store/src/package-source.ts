import type { PackageRefusal } from "#package-error.ts";

/** A package by the range that asks for it: `^1.2.0`, `latest`. */
export interface WantedManifest {
  readonly name: string;
  readonly range: string;
}

/** A package in one version. */
export interface WantedPack {
  readonly name: string;
  readonly version: string;
  /** What its bytes must hash to, in the form of subresource integrity. */
  readonly integrity: string;
}

/** What the registry says of a package in one version: all that resolving needs. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  /** Names of what it can do without: optional dependencies and optional peers. */
  readonly optional: readonly string[];
}

/**
 * Where a build gets packages from. What it answers is in the order of what was asked, and can be sent to another process.
 */
export interface PackageSource {
  manifests(wanted: readonly WantedManifest[]): Promise<readonly (PackageManifest | PackageRefusal)[]>;
  /** Answers the paths of the packs (see packs/pack-file.ts). They stay as they are until the job ends. */
  packs(wanted: readonly WantedPack[]): Promise<readonly (string | PackageRefusal)[]>;
}
