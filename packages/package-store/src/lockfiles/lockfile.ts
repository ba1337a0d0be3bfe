/** A package as a lockfile has it. */
export interface LockedPackage {
  /** The same for two keys that mean one package. Default: the key. */
  readonly id?: string;
  readonly name: string;
  readonly version: string;
  /** Undefined where the lockfile has no checksum of the tarball: the registry's counts then. */
  readonly integrity: string | undefined;
  /** What it is to get under each name: keys of the lockfile. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** What it asks of whoever uses it, with the ranges. Those that the lockfile resolves are in `dependencies`. */
  readonly peerDependencies: Readonly<Record<string, string>>;
  /** Set where the lockfile does not tell of peers, as old ones do not: its package.json does. */
  readonly lacksPeers?: true;
  /** Names of what it can do without. */
  readonly optional: readonly string[];
  /** Set for what is no package of a registry. */
  readonly unsupported?: string;
}

/** What a lockfile has decided. Keys mean something to the lockfile alone. */
export interface Lockfile {
  /** The key of what the project's own code gets under a name. `range` is what package.json says. */
  root(name: string, range: string | undefined): string | undefined;
  package(key: string): LockedPackage | undefined;
}

/** The text of a lockfile, and where the package.json that it is read for lies from it: "" beside it. */
export interface LockfileText {
  readonly path: string;
  readonly text: string;
  readonly importer: string;
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
}

export function texts(value: unknown): Record<string, string> {
  const rows = Object.entries(record(value)).map(([key, each]) => [key, text(each)] as const);
  return Object.fromEntries(rows.filter((row): row is readonly [string, string] => row[1] !== undefined));
}

/** An own property only: keys come from files. */
export function own(rows: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> | undefined {
  return Object.hasOwn(rows, key) ? record(rows[key]) : undefined;
}

/** The names that are marked as optional. */
export function optionalNames(meta: unknown): string[] {
  const rows = record(meta);
  // Yarn's parser gives texts.
  return Object.keys(rows).filter((name) => String(record(rows[name])["optional"]) === "true");
}
