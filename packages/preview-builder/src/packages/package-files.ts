import type { PackageGraph, PackageInstance } from "@hivesync/package-store/package-graph";
import type { PackageSource, WantedPack } from "@hivesync/package-store/package-source";
import type { PeerFacts } from "@hivesync/package-store/resolve-graph";
import { openPack } from "@hivesync/package-store/packs/pack-file";
import type { Pack } from "@hivesync/package-store/packs/pack-file";
import { accepted } from "@hivesync/package-store/package-error";
import { asRecord, asString } from "#project/package-json.ts";

/** One package of the graph with its files, which have no other names than their paths in it. */
export interface OpenPackage extends PackageInstance {
  readonly id: string;
  readonly files: Pack;
  /** Its package.json; empty when that is no JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** The packages of a graph, opened. */
export interface OpenPackages extends AsyncDisposable {
  get(id: string): OpenPackage | undefined;
}

/** @throws PackageError for the first package that cannot be had. */
export async function openPackages({ instances }: PackageGraph, source: PackageSource): Promise<OpenPackages> {
  const rows = Object.entries(instances);
  const paths = (
    await source.packs(rows.map(([, { name, version, integrity }]) => ({ name, version, integrity })))
  ).map(accepted);
  const opened = await Promise.all(
    rows.map(async ([id, instance], index): Promise<OpenPackage> => {
      const files = await openPack(paths[index] ?? "");
      return { ...instance, id, files, json: await readJson(files, "package.json") };
    }),
  );
  const byId = new Map(opened.map((row) => [row.id, row]));
  return {
    get: (id) => byId.get(id),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map(({ files }) => files.close()));
    },
  };
}

/** What packages ask of whoever uses them, by their own word. */
export async function readPeers(wanted: readonly WantedPack[], source: PackageSource): Promise<readonly PeerFacts[]> {
  const paths = (await source.packs(wanted.map(({ name, version, integrity }) => ({ name, version, integrity })))).map(
    accepted,
  );
  return await Promise.all(
    paths.map(async (path) => {
      const files = await openPack(path);
      const json = await readJson(files, "package.json");
      await files.close();
      const optional = Object.entries(asRecord(json["peerDependenciesMeta"]));
      const peers = Object.entries(asRecord(json["peerDependencies"]));
      return {
        peerDependencies: Object.fromEntries(peers.map(([name, range]) => [name, asString(range) ?? "*"])),
        optional: optional.filter(([, row]) => asRecord(row)["optional"] === true).map(([name]) => name),
      };
    }),
  );
}

export async function readJson(files: Pack, path: string): Promise<Record<string, unknown>> {
  try {
    return files.has(path) ? asRecord(JSON.parse(new TextDecoder().decode(await files.bytes(path)))) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
