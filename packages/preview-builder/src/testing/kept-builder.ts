import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { BuildOptions, BuildResult } from "#build-result.ts";
import type { BuildRequest } from "#build-request.ts";
import { openFolderKeeper } from "#keeping/build-keeper.ts";
import type { ModulesPlace } from "#keeping/build-keeper.ts";
import { openModulesStore, rememberModules } from "#kept-modules/modules-store.ts";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

/** A build of a project whose modules are kept, and how it went. */
export interface KeptBuild {
  readonly result: BuildResult;
  /** Why the bundler took the project as a whole; undefined where it did not. */
  readonly wholeBecause: string | undefined;
  /** How many modules were made in this build. */
  readonly made: number;
}

/** One project over time, each of whose builds keeps what it made for the next one. */
export interface KeptProject {
  readonly place: ModulesPlace;
  build(project: TestProject, options?: Partial<BuildOptions>, more?: Partial<BuildRequest>): Promise<KeptBuild>;
}

/** Builds small projects as if they were large. */
export interface KeptBuilder extends AsyncDisposable {
  /** As the bundler does it by itself. */
  whole(project: TestProject, options?: Partial<BuildOptions>): Promise<BuildResult>;
  /** A project of which nothing is kept yet; all of its builds in one process that remembers, or each as in another one. */
  open(how?: { readonly remembers: boolean }): KeptProject;
}

export async function createKeptBuilder(): Promise<KeptBuilder> {
  const builder = await createTestBuilder();
  const open: KeptBuilder["open"] = ({ remembers } = { remembers: false }) => {
    const { runtimeCacheDirectory } = builder;
    const place: ModulesPlace = { directory: join(runtimeCacheDirectory, "kept"), name: randomUUID(), maxBytes: 1e9 };
    const keeper = openFolderKeeper({ runtimeCacheDirectory, modules: place });
    const store = remembers ? rememberModules(openModulesStore(keeper)) : undefined;
    const build: KeptProject["build"] = async (project, options, more) => {
      const result = await builder.build(project, options, { keeper, keptModules: { minScripts: 0, store }, ...more });
      const [, wholeBecause] = /^bundled as a whole: (.*)$/m.exec(result.log) ?? [];
      return { result, wholeBecause, made: Number(/of which (\d+) were made anew/.exec(result.log)?.[1] ?? -1) };
    };
    return { place, build };
  };
  return {
    whole: (project, options) => builder.build(project, options),
    open,
    [Symbol.asyncDispose]: () => builder[Symbol.asyncDispose](),
  };
}
