import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import semver from "semver";
import type { PackageLimits } from "#limits.ts";
import { PackageError } from "#package-error.ts";
import { isPackageName } from "#package-names.ts";
import type { WantedPack } from "#package-source.ts";
import { isWholePack } from "#packs/pack-file.ts";
import { unpackTarball } from "#packs/unpack-tarball.ts";
import type { RegistryClient } from "#registry/registry-client.ts";
import type { VersionsCache } from "#registry/versions-cache.ts";
import type { SharedFolder } from "#shared-folder.ts";

/** One job's use of a store. */
export interface PackJob {
  readonly folder: string;
  readonly signal: AbortSignal;
  packedBytes: number;
  unpackedBytes: number;
}

interface PackProviderParts {
  readonly client: RegistryClient;
  readonly versions: VersionsCache;
  readonly folder: SharedFolder;
  readonly limits: PackageLimits;
}

/** Puts a pack into a job's folder, out of the store's or the registry's; answers its path. */
export type ProvidePack = (wanted: WantedPack, job: PackJob) => Promise<string>;

/** By name too: two packages whose weak checksums are made to agree are still two. */
export function packFileName({ name, version, integrity }: WantedPack): string {
  return `${createHash("sha256").update(`${name}@${version} ${integrity}`).digest("hex")}.pack`;
}

export function createPackProvider({ client, versions, folder, limits }: PackProviderParts): ProvidePack {
  const download = async (wanted: WantedPack, file: string, signal: AbortSignal): Promise<number> => {
    const { name, version } = wanted;
    try {
      return await client.tarball(wanted, file, signal);
    } catch (error) {
      if (!(error instanceof PackageError && error.fault === "not-found")) throw error;
      // Not every registry keeps its tarballs where npm's does.
      const url = (await versions.get(name, signal)).tarballOf(version);
      if (url === undefined) throw noVersion(name, version);
      return await client.tarball({ ...wanted, url }, file, signal);
    }
  };
  const fetchPack = async (wanted: WantedPack, job: PackJob): Promise<void> => {
    const { name } = wanted;
    const tarball = await folder.partPath();
    const pack = await folder.partPath();
    try {
      job.packedBytes += await download(wanted, tarball, job.signal);
      if (job.packedBytes > limits.totalPackedBytes) throw tooMuch(name, `more than ${limits.totalPackedBytes} bytes`);
      await unpackTarball({ name, tarball, target: pack, limits });
      await folder.adopt(pack, packFileName(wanted));
    } finally {
      await Promise.all([tarball, pack].map((file) => rm(file, { force: true })));
    }
  };
  return async ({ name, version, integrity }, job) => {
    if (!isPackageName(name) || semver.valid(version) === null) throw new Error("A package was asked for by no name.");
    const wanted = { name, version, integrity };
    const file = packFileName(wanted);
    const target = path.join(job.folder, file);
    const isThere = (await folder.linkTo(file, target)) && (await isWholePack(target));
    if (!isThere) {
      await Promise.all([folder.remove(file), rm(target, { force: true })]);
      await fetchPack(wanted, job);
      // A folder of the least size may have let it go at once.
      if (!(await folder.linkTo(file, target))) throw tooMuch(name, "more than the worker can keep");
    }
    job.unpackedBytes += (await stat(target)).size;
    if (job.unpackedBytes > limits.totalUnpackedBytes) {
      throw tooMuch(name, `more than ${limits.totalUnpackedBytes} bytes`);
    }
    return target;
  };
}

export function noVersion(name: string, range: string, latest?: string): PackageError {
  const hint = latest === undefined ? "" : ` Its latest is ${latest}: ask for that in package.json.`;
  return new PackageError(
    "no-version",
    name,
    `The npm registry has no version "${range}" of package "${name}".${hint}`,
  );
}

export function tooMuch(name: string, what: string): PackageError {
  const text = `The preview's packages are too many or too large: ${what}, reached at "${name}". Name a page or component that needs fewer as the entry.`;
  return new PackageError("too-large", name, text);
}
