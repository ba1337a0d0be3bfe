import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { GitLimits } from "#limits.ts";
import { createRepository, type Repository, type RepositoryOptions } from "#repository.ts";
import type { GitServer } from "./git-server.ts";

/** Limits that no test meets by chance. */
export const roomyLimits: GitLimits = { seconds: 20, cpuSeconds: 20, bytes: 100_000_000, memoryMb: 1_024, refs: 1_000 };

/** What a test changes of a mirror's settings. */
export type ScratchOptions = Partial<Omit<RepositoryOptions, "limits">> & { limits?: Partial<GitLimits> };

/** A folder for mirrors of one test file. */
export interface Scratch extends AsyncDisposable {
  folder: string;
  options: (more?: ScratchOptions) => RepositoryOptions;
  /** A new and empty mirror in a folder of its own. */
  mirror: (more?: ScratchOptions) => Promise<{ folder: string; repository: Repository }>;
}

/** Makes a folder for mirrors of what a server serves. */
export async function makeScratch(server: GitServer): Promise<Scratch> {
  const folder = await mkdtemp(path.join(tmpdir(), "hivesync-git-mirror-"));
  const options: Scratch["options"] = (more = {}) => ({
    access: server.access,
    signal: new AbortController().signal,
    ...more,
    limits: { ...roomyLimits, ...more.limits },
  });
  let count = 0;
  return {
    folder,
    options,
    mirror: async (more) => {
      count += 1;
      const own = path.join(folder, `mirror-${count}`);
      return { folder: own, repository: await createRepository(own, options(more)) };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
