import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { searchPath } from "#processes/env.ts";

const root = path.resolve(import.meta.dirname, "../..");
const app = path.join(root, "apps/admin-console");
const dist = path.join(app, "dist");
const cache = path.join(root, ".hivesync/cache");
const stampFile = path.join(cache, "admin-console.stamp");

/** All that the built console depends on. */
const sources = ["apps/admin-console", "packages/contracts/src", "pnpm-lock.yaml"];
const notSources = /(?:^|[/\\])(?:node_modules|dist)(?:[/\\]|$)/;

async function filesOf(source: string): Promise<string[]> {
  const whole = path.join(root, source);
  if ((await stat(whole)).isFile()) return [whole];
  const entries = await readdir(whole, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !notSources.test(path.relative(root, file)));
}

/** Says what the sources hold: it differs as soon as one of them does. */
async function stampOf(): Promise<string> {
  const files = (await Promise.all(sources.map(filesOf))).flat().toSorted();
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(await readFile(file))
      .update("\0");
  return hash.digest("hex");
}

async function isBuiltFrom(stamp: string): Promise<boolean> {
  const kept = await readFile(stampFile, "utf8").catch(() => undefined);
  const page = await stat(path.join(dist, "index.html")).catch(() => undefined);
  return kept === stamp && page !== undefined;
}

async function runVite(outDir: string): Promise<void> {
  const vite = createRequire(path.join(app, "package.json")).resolve("vite/package.json");
  const program = path.join(path.dirname(vite), "bin/vite.js");
  const args = [program, "build", "--outDir", outDir, "--emptyOutDir", "--logLevel", "warn"];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: app, env: { PATH: searchPath } });
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    throw new Error(`The admin console could not be built:\n${stderr.trim() || message}`, { cause: error });
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/** Puts what was built where it is served from. Somebody else who built it at the same time may have done so just now. */
async function putInPlace(staging: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    await rename(dist, path.join(staging, `old-${attempt}`)).catch((error: unknown) => {
      if (!hasCode(error, "ENOENT")) throw error;
    });
    try {
      return await rename(path.join(staging, "new"), dist);
    } catch (error) {
      if (!hasCode(error, "ENOTEMPTY") || attempt === 5) throw error;
    }
  }
}

/**
 * Builds the admin console where its sources have changed since it was built. What is served meanwhile is the one before, whole.
 *
 * @returns whether there was anything to do
 * @throws Error that holds what the build says
 */
export async function buildConsole(): Promise<boolean> {
  const stamp = await stampOf();
  if (await isBuiltFrom(stamp)) return false;
  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(path.join(cache, "admin-console-"));
  try {
    await runVite(path.join(staging, "new"));
    await putInPlace(staging);
    await writeFile(stampFile, stamp);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return true;
}
