import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { PackageLimits } from "#limits.ts";
import { PackageError } from "#package-error.ts";
import { readPackageVersions } from "#registry/package-versions.ts";
import type { PackageVersions } from "#registry/package-versions.ts";
import type { RegistryClient } from "#registry/registry-client.ts";
import type { SharedFolder } from "#shared-folder.ts";

const STAMP_DIGITS = 16;

interface VersionsCacheOptions {
  readonly client: RegistryClient;
  readonly folder: SharedFolder;
  /** Of whom the answers are. */
  readonly registryUrl: string;
  readonly limits: PackageLimits;
}

/** What the registry tells of packages, kept on the disk for a while; an old answer serves while the registry is away. */
export interface VersionsCache {
  get(name: string, signal: AbortSignal): Promise<PackageVersions>;
}

export function openVersionsCache({ client, folder, registryUrl, limits }: VersionsCacheOptions): VersionsCache {
  const fileOf = (name: string): string =>
    `${createHash("sha256").update(`${registryUrl} ${name}`).digest("hex")}.versions`;
  const read = async (name: string): Promise<{ age: number; json: string } | undefined> => {
    const file = await folder.find(fileOf(name));
    const text = file === undefined ? "" : await readFile(file, "utf8").catch(() => "");
    const stamp = Number(text.slice(0, STAMP_DIGITS));
    return text === "" || !(stamp > 0) ? undefined : { age: Date.now() - stamp, json: text.slice(STAMP_DIGITS) };
  };
  const store = async (name: string, json: string): Promise<void> => {
    const part = await folder.partPath();
    await writeFile(part, String(Date.now()).padStart(STAMP_DIGITS, "0") + json);
    await folder.adopt(part, fileOf(name));
  };
  return {
    get: async (name, signal) => {
      const known = await read(name);
      if (known !== undefined && known.age < limits.manifestFreshMs) return readPackageVersions(name, known.json);
      try {
        const json = await client.versions(name, signal);
        await store(name, json);
        return readPackageVersions(name, json);
      } catch (error) {
        const mayServe = error instanceof PackageError && error.fault === "unreachable";
        if (known === undefined || !mayServe) throw error;
        return readPackageVersions(name, known.json);
      }
    },
  };
}
