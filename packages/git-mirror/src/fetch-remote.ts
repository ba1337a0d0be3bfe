import { lstat } from "node:fs/promises";
import path from "node:path";
import { removeLeftOvers } from "./folder.ts";
import { MirrorError } from "./mirror-error.ts";
import { readRefs } from "./local-refs.ts";
import { explainEnd } from "./process/explain-end.ts";
import { endGit, runGit, type GitContext } from "./process/git-process.ts";
import type { RemoteCall } from "./remote-call.ts";

const receivingShare = 0.9;

/** Reads git's own account of its progress, of which a line may come in pieces. */
function progressReader(onProgress: ((ratio: number) => void) | undefined): (text: string) => void {
  let rest = "";
  let last = -1;
  return (text) => {
    const lines = (rest + text).split(/[\r\n]/);
    rest = (lines.pop() ?? "").slice(-1_000);
    for (const line of lines) {
      const [, phase, percent] = /^(Receiving|Resolving) \w+: +(\d+)%/.exec(line) ?? [];
      if (phase === undefined) continue;
      const share = Number(percent) / 100;
      const ratio = phase === "Receiving" ? share * receivingShare : receivingShare + share * (1 - receivingShare);
      if (ratio > last) onProgress?.(ratio);
      last = Math.max(last, ratio);
    }
  };
}

const isThere = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );

// "All of history": git's walker for plain files, which checks nothing that it fetches and follows the server's
// alternates, refuses any depth; a real git server answers as without.
const allOfHistory = "--depth=2147483647";

/** Prunes the heads and tags that are gone, then fetches all others. */
export async function fetchRemote(
  context: GitContext,
  call: RemoteCall,
  onProgress?: (ratio: number) => void,
): Promise<void> {
  const { url, ...rest } = call;
  // Not atomic: then git could not take "a" where "a/b" goes.
  const flags = ["--prune", "--force", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--progress"];
  try {
    const fetching = {
      ...rest,
      args: [
        "fetch",
        ...flags,
        "--no-recurse-submodules",
        "--no-show-forced-updates",
        "--no-write-commit-graph",
        allOfHistory,
        "--",
        url,
        "+refs/heads/*:refs/heads/*",
        "+refs/tags/*:refs/tags/*",
      ],
      onStderr: progressReader(onProgress),
    };
    const end = await endGit(context, fetching);
    // Nothing to fetch is a silent failure to git.
    const isSilent = end.code === 1 && !/^(error|fatal): /m.test(end.stderr);
    if (isSilent && Object.keys(await readRefs(context)).length === 0)
      throw new MirrorError("empty", "The repository has no commit any more.");
    if (end.code !== 0) throw explainEnd(end, fetching);
  } finally {
    await removeLeftOvers(context.folder);
  }
  if (await isThere(path.join(context.folder, "shallow")))
    throw new MirrorError("unsound", "The host gives only a part of the repository's history.");
  // A file for each ref costs a block each.
  await runGit(context, { args: ["pack-refs", "--all", "--prune"] });
}
