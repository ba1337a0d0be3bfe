import type { LeftOutFile, MirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import type { RepoProgress } from "@hivesync/contracts/resources/repos";
import type { Repository } from "@hivesync/git-mirror/repository";
import type { Deps } from "#deps.ts";
import type { ListedFiles } from "./list-files.ts";
import { readContents, type Content } from "./read-contents.ts";
import { announceBlobs, findMissingBlobs, type NeededBlob } from "./stored-blobs.ts";
import type { SyncLog } from "./sync-log.ts";
import { uploadBlobs } from "./upload-blobs.ts";

// Shares of the whole, by what they take of a usual sync.
const readFrom = 0.5;
const uploadFrom = 0.6;

export type MirrorFile = MirrorManifest["files"][number];

/** The files of a commit with what they hold, sorted by path, and those that are left out. */
export interface KnownFiles {
  files: MirrorFile[];
  leftOut: LeftOutFile[];
}

const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

function toKnown(listed: ListedFiles, contents: ReadonlyMap<string, Content>): KnownFiles {
  const files: MirrorFile[] = [];
  const leftOut = [...listed.leftOut];
  for (const { path, oid, size } of listed.files) {
    const content = contents.get(oid);
    if (content === undefined) throw new Error(`git gave no content of ${oid}.`);
    if (content === "lfs_pointer") leftOut.push({ path, reason: content });
    else files.push({ path, sha256: content.sha256, size, oid });
  }
  return { files: files.sort(byPath), leftOut: leftOut.sort(byPath) };
}

/** Each content once. */
export function neededBlobs(files: readonly MirrorFile[]): NeededBlob[] {
  return [...new Map(files.map(({ oid, sha256, size }) => [sha256, { oid, sha256, size }])).values()];
}

/** What files are taken into storage with. */
export interface StoreOrder {
  teamId: string;
  listed: ListedFiles;
  /** What the sync before had: what git has not changed since is not read again. */
  before: readonly MirrorFile[];
  folder: string;
  signal: AbortSignal;
  log: SyncLog;
  report: (progress: RepoProgress) => void;
}

/**
 * Makes sure that the team's storage holds the files of a commit; uploads what it lacks and nothing else.
 *
 * @throws SyncFailure QUOTA_EXCEEDED
 */
export async function storeFiles(deps: Deps, repository: Repository, order: StoreOrder): Promise<KnownFiles> {
  const { teamId, listed, folder, signal, log, report } = order;
  const contents = new Map<string, Content>(order.before.map(({ oid, sha256 }) => [oid, { sha256 }]));
  const unread = [...new Set(listed.files.map(({ oid }) => oid))].filter((oid) => !contents.has(oid));
  const read = await readContents(repository, unread, (ratio) =>
    report({ phase: "reading", ratio: readFrom + (uploadFrom - readFrom) * ratio }),
  );
  for (const [oid, content] of read) contents.set(oid, content);
  const known = toKnown(listed, contents);
  log.endPart("read");
  const missing = await findMissingBlobs(deps.db, teamId, neededBlobs(known.files));
  if (missing.length > 0) {
    report({ phase: "uploading", ratio: uploadFrom });
    await announceBlobs(deps, teamId, missing);
    await uploadBlobs(deps.storage, {
      repository,
      teamId,
      folder,
      signal,
      blobs: missing,
      onProgress: (ratio) => report({ phase: "uploading", ratio: uploadFrom + (1 - uploadFrom) * ratio }),
    });
  }
  const bytes = missing.reduce((sum, { size }) => sum + size, 0);
  log.add(`files: ${known.files.length}, of which ${missing.length} contents were uploaded (${bytes} bytes)`);
  log.addLeftOut(known.leftOut);
  log.endPart("upload");
  return known;
}
