import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const remote = "origin";
const longestAnswerBytes = 16 * 1024 * 1024;

/** What git prints in a folder, without the last line break; undefined when it fails or is not there. */
async function askGit(directory: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", directory, ...args], { maxBuffer: longestAnswerBytes });
    return stdout.replace(/\r?\n$/u, "");
  } catch {
    return undefined;
  }
}

/** Where a folder is pushed to and fetched from, as git would spell it out; undefined where there is no such place. */
export function readOrigin(directory: string): Promise<string | undefined> {
  return askGit(directory, ["remote", "get-url", remote]);
}

/** What a folder last saw of the branches of its origin: each push and each fetch that moved one changes it. */
export async function readRemoteBranches(directory: string): Promise<string> {
  const format = "--format=%(objectname) %(refname)";
  return (await askGit(directory, ["for-each-ref", format, `refs/remotes/${remote}/`])) ?? "";
}

/** Where git keeps a folder's refs, those of linked work trees, too; undefined where there is no repository. */
export async function findGitFolder(directory: string): Promise<string | undefined> {
  const found = await askGit(directory, ["rev-parse", "--git-common-dir"]);
  return found === undefined ? undefined : path.resolve(directory, found);
}
