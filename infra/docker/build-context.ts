import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "#dev/env.ts";

interface Rule {
  pattern: string;
  isException: boolean;
}

async function readRules(): Promise<Rule[]> {
  const text = await readFile(path.join(repositoryRoot, ".dockerignore"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => ({ pattern: line.replace(/^!/, ""), isException: line.startsWith("!") }));
}

/** Whether a file goes to the builder: the last rule that names it or a folder above it decides (docs.docker.com, "Build context"). */
function goesToBuilder(file: string, rules: readonly Rule[]): boolean {
  const parts = file.split("/");
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  // Here a star matches a leading dot too.
  const last = rules.findLast(({ pattern }) => pattern === "*" || paths.some((one) => path.matchesGlob(one, pattern)));
  return last?.isException ?? true;
}

/** The files of the work tree that .dockerignore leaves, by their paths from the root: what an image can be made of. Git's ignored ones are none of ours. */
export async function buildContext(): Promise<string[]> {
  const rules = await readRules();
  const { stdout } = await promisify(execFile)(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    {
      cwd: repositoryRoot,
      maxBuffer: 16 * 1_024 * 1_024,
    },
  );
  const files = stdout.split("\0").filter((file) => file !== "" && existsSync(path.join(repositoryRoot, file)));
  return files.filter((file) => goesToBuilder(file, rules));
}
