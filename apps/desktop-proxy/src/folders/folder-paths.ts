import nodePath, { type PlatformPath } from "node:path";

/** The rules of the system's paths; the other system's in tests. */
export type PathRules = Pick<PlatformPath, "isAbsolute" | "normalize" | "parse" | "relative" | "sep">;

/** Why a folder cannot be named so; undefined when it can. Whether it is there is another question. */
export function findPathProblem(directory: string, rules: PathRules = nodePath): string | undefined {
  if (directory.includes("\0")) return "must not hold a null character";
  // Windows opens these as they are, past its own rules: devices, pipes, volumes.
  if (rules.sep === "\\" && /^[\\/]{2}[?.][\\/]/.test(directory)) return "must not be a device path";
  // `C:app` and `\app` mean another folder with each program's current drive and folder.
  const { root } = rules.parse(directory);
  if (!rules.isAbsolute(directory) || (rules.sep === "\\" && /^[\\/]?$/.test(root))) return "must be an absolute path";
  return undefined;
}

/** Whether a path is all of a disk or network share. */
export function isRoot(directory: string, rules: PathRules = nodePath): boolean {
  const normal = rules.normalize(directory);
  return rules.relative(rules.parse(normal).root, normal) === "";
}

/** Whether `target` is `folder` or lies in it. Both must be absolute; for real paths the answer is that of the disk. */
export function isWithin(folder: string, target: string, rules: PathRules = nodePath): boolean {
  const way = rules.relative(folder, target);
  return way !== ".." && !way.startsWith(`..${rules.sep}`) && !rules.isAbsolute(way);
}

/** A path below a folder as a manifest spells it. */
export function toManifestPath(folder: string, target: string, rules: PathRules = nodePath): string {
  return rules.relative(folder, target).split(rules.sep).join("/");
}
