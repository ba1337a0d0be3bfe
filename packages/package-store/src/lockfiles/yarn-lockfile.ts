import parsers from "@yarnpkg/parsers";
import { optionalNames, record, text, texts } from "#lockfiles/lockfile.ts";
import type { LockedPackage, Lockfile } from "#lockfiles/lockfile.ts";
import { sha1Integrity } from "#registry/integrity.ts";

/** `yarn.lock` of yarn 1 and later. Keys are what asks: `name@range`. */
export function readYarnLockfile(syml: string): Lockfile {
  const rows = new Map<string, Record<string, unknown>>();
  const firstOf = new Map<string, string>();
  for (const [keys, value] of Object.entries(record(parsers.parseSyml(syml)))) {
    if (keys === "__metadata") continue;
    for (const key of keys.split(/,\s*/)) {
      rows.set(key, record(value));
      const { name } = splitDescriptor(key);
      if (!firstOf.has(name)) firstOf.set(name, key);
    }
  }
  // Newer versions of yarn write the protocol that older ones mean.
  const find = (name: string, range: string): string | undefined =>
    [`${name}@${range}`, `${name}@npm:${range}`, `${name}@${range.replace(/^npm:/, "")}`].find((key) => rows.has(key));
  return {
    root: (name, range) => (range === undefined ? firstOf.get(name) : find(name, range)),
    package: (key) => {
      const row = rows.get(key);
      return row === undefined ? undefined : readRow(key, row, find);
    },
  };
}

function readRow(
  key: string,
  row: Record<string, unknown>,
  find: (name: string, range: string) => string | undefined,
): LockedPackage {
  const resolution = text(row["resolution"]) ?? text(row["resolved"]) ?? "";
  const optional = texts(row["optionalDependencies"]);
  const wanted = Object.entries({ ...texts(row["dependencies"]), ...optional });
  const found = wanted.map(([name, range]) => [name, find(name, range)] as const);
  const meta = record(row["dependenciesMeta"]);
  const isFolder = /@(?:workspace|link|portal):/.test(resolution);
  const isElsewhere = /(?:^git|\.git\b|@(?:git|file|https?)[:+])/.test(resolution);
  const name = nameOf(key, text(row["resolution"]));
  const version = text(row["version"]) ?? "";
  return {
    id: `${name}@${version}`,
    name,
    version,
    integrity: integrityOf(text(row["integrity"]), resolution),
    dependencies: Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined)),
    peerDependencies: texts(row["peerDependencies"]),
    optional: [...Object.keys(optional), ...optionalNames(meta), ...optionalNames(row["peerDependenciesMeta"])],
    ...(row["resolution"] === undefined && { lacksPeers: true }),
    ...((isFolder || isElsewhere) && {
      unsupported: isFolder ? "is a folder of the project" : "is not from a registry",
    }),
  };
}

/** The real name, which is another than the one asked for in `alias@npm:real@^1`. */
function nameOf(key: string, resolution: string | undefined): string {
  if (resolution !== undefined) return splitDescriptor(resolution).name;
  const { name, range } = splitDescriptor(key);
  const aliased = /^npm:((?:@[^/@]+\/)?[^/@]+)@/.exec(range);
  return aliased?.[1] ?? name;
}

/** What yarn 2 and later keep is a checksum of an archive of their own making, which is of no use here. */
function integrityOf(integrity: string | undefined, resolved: string): string | undefined {
  const sha1 = /#([0-9a-f]{40})$/.exec(resolved)?.[1];
  return integrity ?? (sha1 === undefined ? undefined : sha1Integrity(sha1));
}

function splitDescriptor(descriptor: string): { name: string; range: string } {
  const at = descriptor.indexOf("@", 1);
  return at === -1
    ? { name: descriptor, range: "" }
    : { name: descriptor.slice(0, at), range: descriptor.slice(at + 1) };
}
