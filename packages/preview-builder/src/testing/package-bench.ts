import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { PackageLimits } from "@hivesync/package-store/limits";
import { openPackageStore } from "@hivesync/package-store/package-store";
import type { PackageSource } from "@hivesync/package-store/package-source";
import { startTestRegistry } from "@hivesync/package-store/testing/test-registry";
import type { TestRegistry } from "@hivesync/package-store/testing/test-registry";
import type { BuildFailure, BuildOptions, BuildResult, BuildSuccess } from "#build-result.ts";
import { createTestBuilder, expectations } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

/** A builder with a registry of its own on loopback. */
export interface PackageBench extends AsyncDisposable {
  readonly registry: TestRegistry;
  /** A source for one more job, of a store with these limits where they are given. */
  source(limits?: Partial<PackageLimits>): Promise<PackageSource>;
  /** A source for one more job, whose packages are put into the folder. */
  sourceFor(this: void, folder: string): PackageSource;
  build(project: TestProject, options?: Partial<BuildOptions>): Promise<BuildResult>;
  page(project: TestProject, options?: Partial<BuildOptions>): Promise<BuildSuccess & { text: string }>;
  failure(project: TestProject, options?: Partial<BuildOptions>): Promise<BuildFailure>;
  readonly runtimeCacheDirectory: string;
}

export async function createPackageBench(): Promise<PackageBench> {
  const [builder, registry] = await Promise.all([createTestBuilder(), startTestRegistry()]);
  const directory = await mkdtemp(join(tmpdir(), "hivesync-package-bench-"));
  const open = (name: string, more: Partial<PackageLimits>) =>
    openPackageStore({
      directory: join(directory, name),
      maxBytes: 1e9,
      registry: { url: registry.url },
      limits: { tries: 1, silenceMs: 1_000, ...more },
    });
  const store = open("store", {});
  const source: PackageBench["source"] = async (limits) => {
    const folder = await mkdtemp(join(directory, "job-"));
    const own = limits === undefined ? store : open(`store-${basename(folder)}`, limits);
    return own.sourceFor({ folder, signal: new AbortController().signal });
  };
  const sourceFor: PackageBench["sourceFor"] = (folder) =>
    store.sourceFor({ folder, signal: new AbortController().signal });
  const build: PackageBench["build"] = async (project, options) =>
    builder.build(project, options, { packages: await source() });
  return {
    registry,
    source,
    sourceFor,
    build,
    ...expectations(build),
    runtimeCacheDirectory: builder.runtimeCacheDirectory,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([builder[Symbol.asyncDispose](), registry[Symbol.asyncDispose]()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
