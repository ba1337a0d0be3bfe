import { loadBundles, writeBundle } from "./bundles.ts";
import { readBlobs, type Blob } from "./blobs.ts";
import { fetchRemote } from "./fetch-remote.ts";
import { copyRepository, isOurLayout, layOut, removeLeftOvers } from "./folder.ts";
import type { GitLimits } from "./limits.ts";
import { listRemote, tooManyRefs, type RemoteRefs } from "./list-remote.ts";
import { compareRefs, readRefs, resolveRef } from "./local-refs.ts";
import { diskUse } from "./process/disk-use.ts";
import { tooLarge } from "./process/explain-end.ts";
import { endGit, runGit, type GitContext } from "./process/git-process.ts";
import { isObjectId, type Refs } from "./refs.ts";
import { remoteCall, type CheckedAddresses } from "./remote-call.ts";
import type { Remote, RemoteAccess } from "./remote.ts";
import { listTree, type TreeEntry } from "./tree.ts";

/** How a repository is worked with. */
export interface RepositoryOptions {
  limits: GitLimits;
  access: RemoteAccess;
  /** Ends whatever git is doing, with all that it started. */
  signal: AbortSignal;
}

/**
 * A bare repository in a folder of its own: the mirror of one at a host. Every method throws a MirrorError when the
 * repository or its address is at fault, the signal's reason when it was aborted, and another error when trying again may help.
 */
export interface Repository {
  /** Reads bundle files one after the other (the later ones need the earlier ones), then makes the refs exactly these. */
  loadBundles: (files: readonly string[], refs: Refs) => Promise<void>;
  /** Heads, tags and the branch that HEAD names. The host's addresses are checked at the first call and kept for all. */
  listRemote: (remote: Remote) => Promise<RemoteRefs>;
  /** Fetches heads and tags and prunes those that are gone. `onProgress` is told 0 to 1. After a failure the refs may be partly new; another call mends them. */
  fetch: (remote: Remote, onProgress?: (ratio: number) => void) => Promise<void>;
  refs: () => Promise<Refs>;
  /** Which refs are gone, which branches moved to a commit that does not contain the old one (a hundred at most), and which tags moved; of refs that the repository held. */
  compareRefs: (before: Refs, after: Refs) => Promise<{ forced: string[]; deleted: string[] }>;
  /** A branch, else a tag, else a full ref name, else a full object id; undefined: `head`. */
  resolve: (ref: string | undefined, head: string | undefined) => Promise<{ ref: string; commit: string }>;
  /** Every path of a commit as it stands there: hostile ones, links and submodules too. */
  listTree: (commit: string) => AsyncIterable<TreeEntry>;
  /** The contents of blobs, in order, one at a time; a body is read or left before the next. */
  readBlobs: (oids: Iterable<string>) => AsyncIterable<Blob>;
  /** Writes what cannot be reached from `since` (undefined: everything). Undefined when there is nothing new. */
  writeBundle: (file: string, since: Refs | undefined) => Promise<{ bytes: number } | undefined>;
  /** Copies to a folder that is not there yet, by hard links where the disk allows. */
  copyTo: (folder: string) => Promise<void>;
  diskBytes: () => Promise<number>;
}

type Context = GitContext & RepositoryOptions & { checked: CheckedAddresses };

async function fetchAll(context: Context, remote: Remote, onProgress?: (ratio: number) => void): Promise<void> {
  await fetchRemote(context, await remoteCall(context, remote), onProgress);
  const { refs: limit } = context.limits;
  // What came between two looks at the disk.
  if ((await diskUse(context.folder)).bytes > context.limits.bytes) throw tooLarge();
  const count = Object.keys(await readRefs(context)).length;
  if (count > limit) throw tooManyRefs(limit);
}

function repositoryOf(context: Context): Repository {
  return {
    loadBundles: (files, refs) => loadBundles(context, files, refs),
    listRemote: async (remote) => listRemote(context, await remoteCall(context, remote)),
    fetch: (remote, onProgress) => fetchAll(context, remote, onProgress),
    refs: () => readRefs(context),
    compareRefs: (before, after) => compareRefs(context, before, after),
    resolve: (ref, head) => resolveRef(context, ref, head),
    listTree: (commit) => listTree(context, commit),
    readBlobs: (oids) => readBlobs(context, oids),
    writeBundle: async (file, since) => writeBundle(context, file, { refs: await readRefs(context), since }),
    copyTo: (folder) => copyRepository(context.folder, folder),
    diskBytes: async () => (await diskUse(context.folder)).bytes,
  };
}

const oldestGit = [2, 39] as const;

/** An older git would pass over settings that it does not know: it would resolve names itself, and connect anywhere. */
async function requireGit(context: Context): Promise<Context> {
  const said = (await runGit(context, { args: ["version"] })).toString("utf8");
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(said) ?? [];
  const isOld = Number(major) < oldestGit[0] || (Number(major) === oldestGit[0] && Number(minor) < oldestGit[1]);
  if (major === undefined || isOld)
    throw new Error(`git ${oldestGit.join(".")} or newer is needed; this is ${said.trim()}`);
  return context;
}

/**
 * Makes an empty mirror. The folder must not be there yet, or be empty.
 *
 * @example
 * const repository = await createRepository(folder, { limits, access: { hosts: ["github.com"] }, signal });
 * const { head } = await repository.listRemote(remote);
 * await repository.fetch(remote);
 * const { commit } = await repository.resolve(undefined, head);
 * for await (const { path, oid } of repository.listTree(commit)) console.log(path, oid);
 */
export async function createRepository(folder: string, options: RepositoryOptions): Promise<Repository> {
  await layOut(folder);
  return repositoryOf(await requireGit({ ...options, folder, checked: new Map() }));
}

/** Every ref's object is there, and git can read the folder at all. */
async function holds(context: Context): Promise<boolean> {
  const listed = await endGit(context, { args: ["for-each-ref", "--format=%(objectname)"], maxBytes: 67_108_864 });
  if (listed.code !== 0) return false;
  const ids = listed.stdout.toString("latin1").split("\n").filter(isObjectId);
  const stdin = ids.map((id) => `${id}\n`);
  const checked = await endGit(context, { args: ["cat-file", "--batch-check"], stdin, maxBytes: 67_108_864 });
  return checked.code === 0 && !/ missing$/m.test(checked.stdout.toString("latin1"));
}

/** Opens a mirror that was made here; undefined when there is none, when something was planted in it, or when it is damaged. */
export async function openRepository(folder: string, options: RepositoryOptions): Promise<Repository | undefined> {
  if (!(await isOurLayout(folder))) return undefined;
  await removeLeftOvers(folder);
  const context = await requireGit({ ...options, folder, checked: new Map() });
  return (await holds(context)) ? repositoryOf(context) : undefined;
}
