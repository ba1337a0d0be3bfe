import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { forEachLimited } from "@hivesync/platform/for-each-limited";
import semver from "semver";
import { PACKAGE_LIMITS } from "#limits.ts";
import type { PackageLimits } from "#limits.ts";
import { PackageError } from "#package-error.ts";
import { isPackageName } from "#package-names.ts";
import type { PackageManifest, PackageRefusal, PackageSource, WantedManifest, WantedPack } from "#package-source.ts";
import { isWholePack } from "#packs/pack-file.ts";
import { unpackTarball } from "#packs/unpack-tarball.ts";
import { createRegistryClient } from "#registry/registry-client.ts";
import type { RegistrySettings } from "#registry/registry-client.ts";
import { openVersionsCache } from "#registry/versions-cache.ts";
import { openSharedFolder } from "#shared-folder.ts";

export interface PackageStoreOptions {
  /** Made when missing. Several processes may use it at once. */
  readonly directory: string;
  readonly maxBytes: number;
  readonly registry: RegistrySettings;
  readonly limits?: Partial<PackageLimits>;
}

/** Fetches packages from a registry and keeps them, checked and unpacked, under what they hold. */
export interface PackageStore {
  /** A source for one job. Packs are put into `folder`; when the signal aborts, what is under way is given up. */
  sourceFor(job: { readonly folder: string; readonly signal: AbortSignal }): PackageSource;
}

const REQUESTS_AT_ONCE = 12;

/**
 * Opens a store.
 *
 * @example
 * const store = openPackageStore({ directory, maxBytes: 4e9, registry: { url: "https://registry.npmjs.org/" } });
 * const source = store.sourceFor({ folder: jobFolder, signal });
 * const [zustand] = await source.manifests([{ name: "zustand", range: "^5" }]);
 */
export function openPackageStore(options: PackageStoreOptions): PackageStore {
  const limits = { ...PACKAGE_LIMITS, ...options.limits };
  const client = createRegistryClient(options.registry, limits);
  const folder = openSharedFolder(options.directory, options.maxBytes);
  const versions = openVersionsCache({ client, folder, registryUrl: options.registry.url, limits });

  const fetchPack = async (wanted: WantedPack, job: Job): Promise<void> => {
    const { name, version } = wanted;
    const tarball = await folder.partPath();
    const pack = await folder.partPath();
    const download = (url?: string): Promise<number> => client.tarball({ ...wanted, url }, tarball, job.signal);
    try {
      job.packedBytes += await download().catch(async (error: unknown) => {
        if (!(error instanceof PackageError && error.fault === "not-found")) throw error;
        // Not every registry keeps its tarballs where npm's does.
        const url = (await versions.get(name, job.signal)).tarballOf(version);
        if (url === undefined) throw noVersion(name, version);
        return await download(url);
      });
      if (job.packedBytes > limits.totalPackedBytes) throw tooMany(name, `more than ${limits.totalPackedBytes} bytes`);
      await unpackTarball({ name, tarball, target: pack, limits });
      await folder.adopt(pack, fileOf(wanted));
    } finally {
      await Promise.all([tarball, pack].map((file) => rm(file, { force: true })));
    }
  };
  const providePack = async (wanted: WantedPack, job: Job): Promise<string> => {
    const { name, version, integrity } = wanted;
    if (!isPackageName(name) || semver.valid(version) === null) throw new Error("A package was asked for by no name.");
    const file = fileOf(wanted);
    const target = path.join(job.folder, file);
    const isThere = (await folder.linkTo(file, target)) && (await isWholePack(target));
    if (!isThere) {
      await Promise.all([folder.remove(file), rm(target, { force: true })]);
      await fetchPack({ name, version, integrity }, job);
      // A folder of the least size may have let it go at once.
      if (!(await folder.linkTo(file, target))) throw tooMany(name, "more than the worker can keep");
    }
    job.unpackedBytes += (await stat(target)).size;
    if (job.unpackedBytes > limits.totalUnpackedBytes)
      throw tooMany(name, `more than ${limits.totalUnpackedBytes} bytes`);
    return target;
  };
  const findManifest = async ({ name, range }: WantedManifest, signal: AbortSignal): Promise<PackageManifest> => {
    if (!isPackageName(name)) throw new Error("A package was asked for by no name.");
    const found = (await versions.get(name, signal)).pick(range);
    if (found === undefined) throw noVersion(name, range);
    return found;
  };
  return {
    sourceFor: ({ folder: jobFolder, signal }) => {
      const job: Job = { folder: jobFolder, signal, packedBytes: 0, unpackedBytes: 0 };
      const names = new Set<string>();
      const packs = new Set<string>();
      const count = (seen: Set<string>, key: string, name: string, most: number): void => {
        seen.add(key);
        if (seen.size > most) throw tooMany(name, `more than ${most}`);
      };
      return {
        manifests: (wanted) =>
          answerEach(wanted, signal, (row, either) => {
            count(names, row.name, row.name, limits.lookups);
            return findManifest(row, either);
          }),
        packs: (wanted) =>
          answerEach(wanted, signal, (row) => {
            count(packs, fileOf(row), row.name, limits.packages);
            return providePack(row, job);
          }),
      };
    },
  };
}

/** One job's use of the store. */
interface Job {
  readonly folder: string;
  readonly signal: AbortSignal;
  packedBytes: number;
  unpackedBytes: number;
}

/** By name too: two packages whose weak checksums are made to agree are still two. */
function fileOf({ name, version, integrity }: WantedPack): string {
  return `${createHash("sha256").update(`${name}@${version} ${integrity}`).digest("hex")}.pack`;
}

async function answerEach<Wanted, Answer>(
  wanted: readonly Wanted[],
  signal: AbortSignal,
  work: (row: Wanted, either: AbortSignal) => Promise<Answer> | Answer,
): Promise<(Answer | PackageRefusal)[]> {
  const answers = new Map<Wanted, Answer | PackageRefusal>();
  await forEachLimited(wanted, { limit: REQUESTS_AT_ONCE, signal }, async (row, either) => {
    try {
      answers.set(row, await work(row, either));
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      const { fault, packageName, message: text } = error;
      answers.set(row, { fault, packageName, text });
    }
  });
  return wanted.map((row) => answers.get(row)).filter((answer) => answer !== undefined);
}

function noVersion(name: string, range: string): PackageError {
  return new PackageError("no-version", name, `The npm registry has no version "${range}" of package "${name}".`);
}

function tooMany(name: string, what: string): PackageError {
  const text = `The preview's packages are too many or too large: ${what}, reached at "${name}".`;
  return new PackageError("too-large", name, text);
}
