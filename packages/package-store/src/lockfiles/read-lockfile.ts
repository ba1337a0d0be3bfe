import type { Lockfile, LockfileText } from "#lockfiles/lockfile.ts";

/** The lockfiles that are read, the first that a project has. */
export const LOCKFILE_NAMES = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"] as const;

/**
 * Reads a lockfile as data. Each format's parser is loaded when it is needed.
 *
 * @throws Error, told for people, for a text that is no such file.
 */
export async function readLockfile({ path, text, importer }: LockfileText): Promise<Lockfile> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "pnpm-lock.yaml") return (await import("#lockfiles/pnpm-lockfile.ts")).readPnpmLockfile(text, importer);
  if (name === "yarn.lock") return (await import("#lockfiles/yarn-lockfile.ts")).readYarnLockfile(text);
  return (await import("#lockfiles/npm-lockfile.ts")).readNpmLockfile(text, importer);
}
