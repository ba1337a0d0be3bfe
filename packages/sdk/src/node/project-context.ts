import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import type { PreviewContext } from "@hivesync/contracts/resources/previews";
import { z } from "zod";

const largestFileBytes = 8 * 1024 * 1024;
const gitHash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;
const branchHead = /^ref: (refs\/heads\/(\S{1,255}))$/u;

const lockfiles: readonly (readonly [file: string, manager: string])[] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
];

// What builds on another one comes before it: a Next.js project depends on React, too.
const frameworks: readonly (readonly [dependency: string, name: string])[] = [
  ["expo", "Expo"],
  ["react-native", "React Native"],
  ["next", "Next.js"],
  ["nuxt", "Nuxt"],
  ["@remix-run/react", "Remix"],
  ["astro", "Astro"],
  ["@sveltejs/kit", "SvelteKit"],
  ["@angular/core", "Angular"],
  ["svelte", "Svelte"],
  ["vue", "Vue"],
  ["solid-js", "Solid"],
  ["preact", "Preact"],
  ["react", "React"],
];

const packageFile = z.object({
  packageManager: z.string().optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
  devDependencies: z.record(z.string(), z.unknown()).optional(),
});
type PackageFile = z.output<typeof packageFile>;

/** The text of a regular file of a sensible size; undefined for anything else. A link could point anywhere. */
async function readText(file: string): Promise<string | undefined> {
  try {
    const stats = await lstat(file);
    return stats.isFile() && stats.size <= largestFileBytes ? await readFile(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** A folder and those above it, the nearest first. */
function foldersUpwards(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUpwards(parent)];
}

/** Where git keeps its data of a work tree: `.git`, or for linked work trees and submodules where that file says. */
async function gitFolderOf(folder: string): Promise<string | undefined> {
  const entry = path.join(folder, ".git");
  const stats = await lstat(entry).catch(() => undefined);
  if (stats?.isDirectory()) return entry;
  const [, elsewhere] = /^gitdir: (.+?)\s*$/u.exec((await readText(entry)) ?? "") ?? [];
  return elsewhere === undefined ? undefined : path.resolve(folder, elsewhere);
}

async function findInPackedRefs(folder: string, ref: string): Promise<string | undefined> {
  const text = await readText(path.join(folder, "packed-refs"));
  return text
    ?.split("\n")
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(" ", 1)[0];
}

async function readRef(gitFolder: string, ref: string): Promise<string | undefined> {
  // A linked work tree keeps its HEAD itself, and the branches where all of them are.
  const common = (await readText(path.join(gitFolder, "commondir")))?.trim();
  const folders = common === undefined ? [gitFolder] : [gitFolder, path.resolve(gitFolder, common)];
  for (const folder of folders) {
    const hash = (await readText(path.join(folder, ref)))?.trim() ?? (await findInPackedRefs(folder, ref));
    if (hash !== undefined && gitHash.test(hash)) return hash;
  }
  return undefined;
}

async function readGit(gitFolder: string): Promise<Pick<PreviewContext, "git_branch" | "git_commit">> {
  const head = (await readText(path.join(gitFolder, "HEAD")))?.trim() ?? "";
  if (gitHash.test(head)) return { git_commit: head };
  const [, ref, branch] = branchHead.exec(head) ?? [];
  if (ref === undefined || branch === undefined || ref.split("/").includes("..")) return {};
  const commit = await readRef(gitFolder, ref);
  return { git_branch: branch, ...(commit === undefined ? {} : { git_commit: commit }) };
}

async function readPackage(folder: string): Promise<PackageFile | undefined> {
  const text = await readText(path.join(folder, "package.json"));
  if (text === undefined) return undefined;
  try {
    return packageFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function packageManagerOf(folder: string): Promise<string | undefined> {
  const [, named] = /^(npm|pnpm|yarn|bun)@/u.exec((await readPackage(folder))?.packageManager ?? "") ?? [];
  if (named !== undefined) return named;
  for (const [file, manager] of lockfiles) {
    const stats = await lstat(path.join(folder, file)).catch(() => undefined);
    if (stats?.isFile()) return manager;
  }
  return undefined;
}

function frameworkOf({ dependencies = {}, devDependencies = {} }: PackageFile): string | undefined {
  const all = { ...devDependencies, ...dependencies };
  return frameworks.find(([dependency]) => Object.hasOwn(all, dependency))?.[1];
}

/**
 * What a folder and those above it, up to the root of its repository, tell of a project: git's branch and commit (read, git is not run), the
 * package manager, the framework. What cannot be read is left out; nothing is thrown.
 *
 * @example
 * await readProjectContext("./app"); // { git_branch: "main", git_commit: "3f2a…", package_manager: "pnpm", framework: "Expo" }
 */
export async function readProjectContext(directory: string): Promise<PreviewContext> {
  const root = path.resolve(directory);
  const repository = await findRepository(root);
  // Above a folder without a repository stand the things of other projects.
  const folders = foldersUpwards(root).slice(0, repository === undefined ? 1 : repository.depth + 1);
  const context: PreviewContext = repository === undefined ? {} : await readGit(repository.gitFolder);
  for (const folder of folders) {
    const manager = await packageManagerOf(folder);
    if (manager === undefined) continue;
    context.package_manager = manager;
    break;
  }
  const framework = frameworkOf((await readPackage(root)) ?? {});
  return framework === undefined ? context : { ...context, framework };
}

/** The repository that a folder lies in, and how many folders above it its root is. */
async function findRepository(root: string): Promise<{ gitFolder: string; depth: number } | undefined> {
  for (const [depth, folder] of foldersUpwards(root).entries()) {
    const gitFolder = await gitFolderOf(folder);
    if (gitFolder !== undefined) return { gitFolder, depth };
  }
  return undefined;
}
