import { optionalNames, own, record, text, texts } from "#lockfiles/lockfile.ts";
import type { LockedPackage, Lockfile } from "#lockfiles/lockfile.ts";

/** `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3. Keys are the paths of the folders that npm would make. */
export function readNpmLockfile(json: string, importer: string): Lockfile {
  const lock = record(JSON.parse(json));
  const isVersion1 = lock["packages"] === undefined;
  const rows = isVersion1 ? pathsOfVersion1(lock) : record(lock["packages"]);
  const find = (from: string, name: string): string | undefined => {
    // As Node.js looks for a package: in the nearest folder, then upwards.
    for (let folder = from; ; folder = parentOf(folder)) {
      const key = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
      if (Object.hasOwn(rows, key)) return key;
      if (folder === "") return undefined;
    }
  };
  const read = (key: string): LockedPackage | undefined => {
    const row = own(rows, key);
    if (row === undefined) return undefined;
    const peerDependencies = texts(row["peerDependencies"]);
    const optional = Object.keys(texts(row["optionalDependencies"]));
    const wanted = [...Object.keys(texts(row["dependencies"])), ...optional, ...Object.keys(peerDependencies)];
    const found = wanted.map((name) => [name, find(key, name)] as const);
    // Version 1 tells it of what is needed, not of who needs it.
    const rowOf = (target: string | undefined) => (target === undefined ? undefined : own(rows, target));
    const isOptional = isVersion1 && row["optional"] !== true;
    const unneeded = isOptional ? found.filter(([, target]) => rowOf(target)?.["optional"] === true) : [];
    const resolved = text(row["resolved"]) ?? "";
    const name = text(row["name"]) ?? key.slice(key.lastIndexOf("node_modules/") + "node_modules/".length);
    return {
      name,
      version: text(row["version"]) ?? "",
      integrity: text(row["integrity"]),
      dependencies: Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined)),
      peerDependencies,
      optional: [...optional, ...unneeded.map(([each]) => each), ...optionalNames(row["peerDependenciesMeta"])],
      ...(isVersion1 && { lacksPeers: true }),
      ...(row["link"] === true && { unsupported: "is a folder of the project" }),
      ...(/^(?:git|file:)/.test(resolved) && { unsupported: "is not from a registry" }),
    };
  };
  return { root: (name) => find(importer, name), package: read };
}

function parentOf(folder: string): string {
  const slash = folder.lastIndexOf("/");
  const parent = slash === -1 ? "" : folder.slice(0, slash);
  return parent.endsWith("node_modules") ? parentOf(parent) : parent;
}

/** Version 1 nests what later versions list by path. */
function pathsOfVersion1(lock: Record<string, unknown>): Record<string, unknown> {
  const rows: Record<string, unknown> = { __proto__: null };
  const waiting: [folder: string, dependencies: Record<string, unknown>][] = [["", record(lock["dependencies"])]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [folder, dependencies] = next;
    for (const [name, value] of Object.entries(dependencies)) {
      const row = record(value);
      const key = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
      const alias = /^npm:(.+)@([^@]+)$/.exec(text(row["version"]) ?? "");
      const real = alias === null ? {} : { name: alias[1], version: alias[2] };
      rows[key] = { ...row, dependencies: row["requires"], ...real };
      waiting.push([key, record(row["dependencies"])]);
    }
  }
  return rows;
}
