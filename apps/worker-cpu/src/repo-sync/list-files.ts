import { repoLimits, type LeftOutFile } from "@hivesync/contracts/jobs/repo-sync";
import { findPathCollisions } from "@hivesync/contracts/path-collisions";
import { checkPath } from "@hivesync/contracts/paths";
import type { TierLimits } from "@hivesync/contracts/tiers";
import type { Repository } from "@hivesync/git-mirror/repository";
import type { TreeEntry } from "@hivesync/git-mirror/tree";
import { quotaFailure } from "./sync-failure.ts";

/** A file of the commit, before its content is looked at. */
export interface TreeFile {
  path: string;
  oid: string;
  size: number;
}

/** The files of a commit that can be mirrored by what its tree says, and the others. */
export interface ListedFiles {
  files: TreeFile[];
  leftOut: LeftOutFile[];
}

const maxNamedCharacters = 1_024;
/** How many times what the tier holds is looked at, to tell how much too much it is. A few small trees can name files without end. */
const mostTimesTooMany = 10;
const kinds = { "120000": "symlink", "160000": "submodule" } as const;

function reasonAgainst(entry: TreeEntry): LeftOutFile["reason"] | undefined {
  if (entry.path === undefined) return "not_utf8";
  const problem = checkPath(entry.path);
  if (problem) return problem.reason;
  if (entry.mode === "120000" || entry.mode === "160000") return kinds[entry.mode];
  return (entry.size ?? 0) > repoLimits.maxFileBytes ? "too_large" : undefined;
}

function nameOf(path: string): string {
  return path.slice(0, maxNamedCharacters).toWellFormed();
}

/** Leaves out what would overwrite another file on some system, until nothing would. */
function leaveOutCollisions(listed: ListedFiles): ListedFiles {
  let { files } = listed;
  const leftOut = [...listed.leftOut];
  for (;;) {
    const collisions = new Set(findPathCollisions(files.map(({ path }) => path)).map(({ index }) => index));
    if (collisions.size === 0) return { files, leftOut };
    for (const index of collisions) leftOut.push({ path: nameOf(files[index]?.path ?? ""), reason: "collision" });
    files = files.filter((_, index) => !collisions.has(index));
  }
}

function checkQuota(counts: { files: number; leftOut: number; bytes: number }, limits: TierLimits): void {
  const { maxFiles, maxBytes } = limits;
  if (counts.files > maxFiles) throw quotaFailure("files", { limit: maxFiles, requested: counts.files });
  if (counts.leftOut > maxFiles) throw quotaFailure("left_out", { limit: maxFiles, requested: counts.leftOut });
  if (counts.bytes > maxBytes) throw quotaFailure("bytes", { limit: maxBytes, requested: counts.bytes });
}

/**
 * Lists the files of a commit. Nothing is rewritten: what a path rule refuses is left out and named.
 *
 * @throws SyncFailure QUOTA_EXCEEDED when there are more files or bytes than the tier holds.
 */
export async function listFiles(repository: Repository, commit: string, limits: TierLimits): Promise<ListedFiles> {
  const listed: ListedFiles = { files: [], leftOut: [] };
  const counts = { files: 0, leftOut: 0, bytes: 0 };
  for await (const entry of repository.listTree(commit)) {
    const reason = reasonAgainst(entry);
    const path = entry.path ?? entry.rawPath.toString("utf8");
    if (reason === undefined) {
      const size = entry.size ?? 0;
      counts.files += 1;
      counts.bytes += size;
      // Beyond what the tier holds they are only counted, to be told how many there are.
      if (counts.files <= limits.maxFiles) listed.files.push({ path, oid: entry.oid, size });
    } else {
      counts.leftOut += 1;
      if (counts.leftOut <= limits.maxFiles) listed.leftOut.push({ path: nameOf(path), reason });
    }
    if (counts.files + counts.leftOut > limits.maxFiles * mostTimesTooMany) break;
  }
  checkQuota(counts, limits);
  return leaveOutCollisions(listed);
}
