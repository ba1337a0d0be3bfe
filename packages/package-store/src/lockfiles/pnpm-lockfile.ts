import { load } from "js-yaml";
import { optionalNames, own, record, text, texts } from "#lockfiles/lockfile.ts";
import type { LockedPackage, Lockfile } from "#lockfiles/lockfile.ts";

/** `pnpm-lock.yaml`, versions 6 and 9. Keys are `name@version`, with the peers that an instance got behind it. */
export function readPnpmLockfile(yaml: string, importer: string): Lockfile {
  const lock = record(load(yaml));
  const version = Number.parseFloat(text(lock["lockfileVersion"]) ?? "0");
  if (version < 6) throw new Error("it is of a version before 6");
  const packages = withoutSlashes(record(lock["packages"]));
  const snapshots = lock["snapshots"] === undefined ? packages : record(lock["snapshots"]);
  const importers = record(lock["importers"]);
  const project = own(importers, importer === "" ? "." : importer) ?? (lock["importers"] === undefined ? lock : {});
  const rootRows = ["dependencies", "devDependencies", "optionalDependencies"].map((list) => record(project[list]));
  const root = (name: string): string | undefined => {
    const row = rootRows.map((rows) => own(rows, name)).find((found) => found !== undefined);
    const resolved = text(row?.["version"]);
    return resolved === undefined ? undefined : keyOf(name, resolved);
  };
  const read = (key: string): LockedPackage | undefined => {
    if (/^(?:link|file|workspace):/.test(key)) return folderOfProject(key);
    const base = key.replace(/\(.*$/s, "");
    const facts = own(packages, base) ?? own(packages, key);
    const snapshot = own(snapshots, key) ?? facts;
    if (facts === undefined || snapshot === undefined) return undefined;
    const at = base.lastIndexOf("@");
    const optional = texts(snapshot["optionalDependencies"]);
    const resolved = Object.entries({ ...optional, ...texts(snapshot["dependencies"]) });
    const integrity = text(record(facts["resolution"])["integrity"]);
    return {
      name: text(facts["name"]) ?? base.slice(0, at),
      version: text(facts["version"]) ?? base.slice(at + 1),
      integrity,
      dependencies: Object.fromEntries(resolved.map(([name, value]) => [name, keyOf(name, value)])),
      peerDependencies: texts(facts["peerDependencies"]),
      optional: [...Object.keys(optional), ...optionalNames(facts["peerDependenciesMeta"])],
      ...(integrity === undefined && { unsupported: "is not from a registry" }),
    };
  };
  return { root, package: read };
}

/** A value is a version, or the whole key where the package has another name. */
function keyOf(name: string, value: string): string {
  if (/^(?:link|file|workspace):/.test(value)) return value;
  const plain = value.startsWith("/") ? value.slice(1) : value;
  const isKey = /^(?:@[^/]+\/)?[^@(/]+@/.test(plain);
  return isKey ? plain : `${name}@${plain}`;
}

function withoutSlashes(rows: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rows).map(([key, row]) => [key.replace(/^\//, ""), row]));
}

function folderOfProject(name: string): LockedPackage {
  const nothing = { dependencies: {}, peerDependencies: {}, optional: [] };
  return { name, version: "", integrity: undefined, ...nothing, unsupported: "is a folder of the project" };
}
