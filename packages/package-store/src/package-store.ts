import { forEachLimited } from "@hivesync/platform/for-each-limited";
import { PACKAGE_LIMITS } from "#limits.ts";
import type { PackageLimits } from "#limits.ts";
import { PackageError } from "#package-error.ts";
import type { PackageRefusal } from "#package-error.ts";
import { isPackageName } from "#package-names.ts";
import type { PackageManifest, PackageSource, WantedManifest } from "#package-source.ts";
import { createPackProvider, noVersion, packFileName, tooMuch } from "#provide-packs.ts";
import type { PackJob } from "#provide-packs.ts";
import { createRegistryClient } from "#registry/registry-client.ts";
import type { RegistrySettings } from "#registry/registry-client.ts";
import { openVersionsCache } from "#registry/versions-cache.ts";
import type { VersionsCache } from "#registry/versions-cache.ts";
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
 * const store = openPackageStore({ directory, maxBytes: 4e9, registry: { url } });
 * const source = store.sourceFor({ folder: jobFolder, signal });
 * const [zustand] = await source.manifests([{ name: "zustand", range: "^5" }]);
 */
export function openPackageStore(options: PackageStoreOptions): PackageStore {
  const limits = { ...PACKAGE_LIMITS, ...options.limits };
  const client = createRegistryClient(options.registry, limits);
  const folder = openSharedFolder(options.directory, options.maxBytes);
  const versions = openVersionsCache({ client, folder, registryUrl: options.registry.url, limits });
  const providePack = createPackProvider({ client, versions, folder, limits });
  return {
    sourceFor: ({ folder: jobFolder, signal: jobSignal }) => {
      const clock = AbortSignal.timeout(limits.jobMs);
      const signal = AbortSignal.any([jobSignal, clock]);
      const job: PackJob = { folder: jobFolder, signal, packedBytes: 0, unpackedBytes: 0 };
      const mayAskFor = createCounter(limits.lookups);
      const mayBring = createCounter(limits.packages);
      const end = { signal: jobSignal, clock };
      return {
        manifests: (wanted) =>
          answerEach(wanted, end, (row) => {
            mayAskFor(row.name, row.name);
            return findManifest(versions, row, signal);
          }),
        packs: (wanted) =>
          answerEach(wanted, end, (row) => {
            mayBring(packFileName(row), row.name);
            return providePack(row, job);
          }),
      };
    },
  };
}

async function findManifest(
  versions: VersionsCache,
  { name, range }: WantedManifest,
  signal: AbortSignal,
): Promise<PackageManifest> {
  if (!isPackageName(name)) throw new Error("A package was asked for by no name.");
  const known = await versions.get(name, signal);
  const found = known.pick(range);
  if (found === undefined) throw noVersion(name, range, known.pick("latest")?.version);
  return found;
}

/** Counts what is new, and throws for what is more than there may be. */
function createCounter(most: number): (key: string, name: string) => void {
  const seen = new Set<string>();
  return (key, name) => {
    seen.add(key);
    if (seen.size > most) throw tooMuch(name, `more than ${most}`);
  };
}

/** How a job's answers come to their end: given up, or out of time, which is told as any refusal is. */
interface JobEnd {
  readonly signal: AbortSignal;
  readonly clock: AbortSignal;
}

async function answerEach<Wanted extends { readonly name: string }, Answer>(
  wanted: readonly Wanted[],
  { signal, clock }: JobEnd,
  work: (row: Wanted) => Promise<Answer>,
): Promise<(Answer | PackageRefusal)[]> {
  const answers = new Map<Wanted, Answer | PackageRefusal>();
  await forEachLimited(wanted, { limit: REQUESTS_AT_ONCE, signal }, async (row) => {
    try {
      answers.set(row, await work(row));
    } catch (error) {
      const isLate = clock.aborted && !signal.aborted;
      if (!isLate && !(error instanceof PackageError)) throw error;
      const { fault, packageName, message: text } = error instanceof PackageError ? error : outOfTime(row.name);
      answers.set(row, { fault, packageName, text });
    }
  });
  return wanted.map((row) => answers.get(row)).filter((answer) => answer !== undefined);
}

function outOfTime(name: string): PackageError {
  const text = `The packages of the preview took too long to fetch, up to "${name}". Request the preview again: what was fetched is kept.`;
  return new PackageError("unreachable", name, text);
}
