import type { MirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import { mirrorManifest, repoLimits } from "@hivesync/contracts/jobs/repo-sync";
import type { Remote } from "@hivesync/git-mirror/remote";
import type { Refs } from "@hivesync/git-mirror/refs";
import type { RemoteRefs } from "@hivesync/git-mirror/list-remote";
import { readJobInput } from "@hivesync/platform/storage/job-input";
import type { Outcome } from "@hivesync/worker/job/outcome";
import type { AttemptWork } from "@hivesync/worker/job/report-job";
import type { Deps } from "#deps.ts";
import { isUnchanged } from "./is-unchanged.ts";
import { listFiles } from "./list-files.ts";
import { catchUp, isTooLarge, openMirror, startAnew, type OpenMirror, type SyncPlace } from "./open-mirror.ts";
import { readCredentials } from "./read-credentials.ts";
import { storeFiles, neededBlobs, type KnownFiles } from "./store-files.ts";
import { storeMirror } from "./store-mirror.ts";
import { findMissingBlobs } from "./stored-blobs.ts";
import { SyncFailure } from "./sync-failure.ts";
import { doneOutcome } from "./sync-outcome.ts";
import { uploadArtifact, type Artifact } from "./upload-artifact.ts";

const fetchingShare = 0.5;

type RepoWork = AttemptWork<"repo">;

/** One attempt with all that it has found out so far. */
interface Sync {
  deps: Deps;
  work: RepoWork;
  place: SyncPlace;
  remote: Remote;
  /** What the host said at the beginning. */
  listed: RemoteRefs;
  /** Of the sync before, where it can be read. */
  manifest: MirrorManifest | undefined;
}

async function upload({ deps, work, place }: Sync, name: Artifact["name"], content: string): Promise<string> {
  const { signal } = place.options;
  return (await uploadArtifact(deps.storage, work.claim, { name, content, signal })).url;
}

/** The end of a sync that found nothing new; undefined when there is something to do. */
async function unchangedOutcome(sync: Sync, mirror: OpenMirror): Promise<Outcome | undefined> {
  const { deps, work, place, listed, manifest } = sync;
  const { earlier, ref } = place.order;
  const { limits, teamId } = work.claim;
  if (!earlier || !manifest || mirror.loss !== undefined) return undefined;
  if (!isUnchanged(listed, ref, { earlier, manifest })) return undefined;
  // With what a lower tier does not hold any more, the usual way says what is too much.
  const bytes = manifest.files.reduce((sum, { size }) => sum + size, 0);
  if (manifest.files.length > limits.maxFiles || bytes > limits.maxBytes) return undefined;
  if ((await findMissingBlobs(deps.db, teamId, neededBlobs(manifest.files))).length > 0) return undefined;
  place.log.add(`nothing has changed since the last sync: ${earlier.headRef} is at ${earlier.head}`);
  const metrics = { extends: earlier.id, unchanged: true, forced: [], deleted: [], timings: place.log.timings() };
  return doneOutcome(work.claim, { metrics, logs_url: await upload(sync, "log", place.log.text()) });
}

/** Fetches what is new; all of it where a mirror has no room for that beside its past. Answers the mirror that has it. */
async function fetchNew({ work, place, remote }: Sync, mirror: OpenMirror): Promise<OpenMirror> {
  const onProgress = (ratio: number): void => work.progress.report({ phase: "fetching", ratio: fetchingShare * ratio });
  try {
    await mirror.repository.fetch(remote, onProgress);
    return mirror;
  } catch (error) {
    if (!isTooLarge(error) || mirror.past !== "kept") throw error;
    const anew = await startAnew(place, mirror.loss);
    await anew.repository.fetch(remote, onProgress);
    return anew;
  }
}

/** What the mirror holds after it was fetched, and how that differs from before. */
async function readRefs({ place }: Sync, { repository }: OpenMirror) {
  const { log, order } = place;
  const refs = await repository.refs();
  const { forced, deleted } = order.earlier
    ? await repository.compareRefs(order.earlier.refs, refs)
    : { forced: [], deleted: [] };
  log.add(`branches and tags: ${Object.keys(refs).length}`);
  for (const name of forced) log.add(`history rewritten: ${JSON.stringify(name)}`);
  for (const name of deleted) log.add(`gone: ${JSON.stringify(name)}`);
  log.endPart("fetch");
  return { refs, forced, deleted };
}

/** Leaves what was fetched to the next try, which then need not ask the host for it again. */
async function keepFetched({ deps, place }: Sync, { repository, folder, held }: OpenMirror): Promise<void> {
  const bytes = await repository.diskBytes();
  await deps.repos.mirrors.adopt(place.projectId, { repoUrl: place.order.repoUrl, chain: held }, { folder, bytes });
}

/** Takes the files of the wanted ref into storage. */
async function readFiles(sync: Sync, { repository }: OpenMirror) {
  const { deps, work, place, listed, manifest } = sync;
  const { claim, progress } = work;
  const { folder, log, options, order } = place;
  const { ref: headRef, commit: head } = await repository.resolve(order.ref, listed.head);
  log.add(`${JSON.stringify(headRef)} is at ${head}`);
  const known = await storeFiles(deps, repository, {
    teamId: claim.teamId,
    listed: await listFiles(repository, head, claim.limits),
    before: manifest?.files ?? [],
    folder,
    log,
    signal: options.signal,
    report: progress.report,
  });
  return { head, headRef, known };
}

/** @throws SyncFailure when it is too large to be read again. */
function manifestJson(refs: Refs, read: { head: string; headRef: string; known: KnownFiles }): string {
  const { head, headRef, known } = read;
  const { files, leftOut } = known;
  const manifest: MirrorManifest = { head, head_ref: headRef, refs: { ...refs }, files, left_out: leftOut };
  const json = JSON.stringify(manifest);
  if (Buffer.byteLength(json) <= repoLimits.maxManifestBytes) return json;
  const message = "The names of the repository's files, branches and tags are too long to be kept.";
  throw new SyncFailure("REPO_SYNC_FAILED", message, { reason: "too_large" });
}

async function syncAll(sync: Sync, opened: OpenMirror): Promise<Outcome> {
  const { deps, work, place } = sync;
  const { claim } = work;
  const { log } = place;
  const caughtUp = await catchUp(deps, opened, place);
  if (caughtUp.loss !== undefined) log.add(`the mirror in storage is ${caughtUp.loss}: it is made anew`);
  log.endPart("mirror");
  const mirror = await fetchNew(sync, caughtUp);
  const { refs, forced, deleted } = await readRefs(sync, mirror);
  const read = await readFiles(sync, mirror).catch(async (error: unknown) => {
    // The first error is what counts.
    await keepFetched(sync, mirror).catch((later: unknown) => deps.log.debug("fetched_not_kept", { error: later }));
    throw error;
  });
  const stored = await storeMirror(deps, mirror, { claim, place, refs });
  const body = manifestJson(refs, read);
  const artifacts = [{ name: "manifest", url: await upload(sync, "manifest", body) }];
  if (stored.bundle) artifacts.push({ name: "mirror", url: stored.bundle.url });
  const metrics = {
    timings: log.timings(),
    extends: stored.extends,
    ...(stored.bundle && { bundle: stored.bundle.described }),
    forced,
    deleted,
    ...(mirror.loss !== undefined && { mirror_lost: mirror.loss }),
  };
  return doneOutcome(claim, { metrics, artifacts, logs_url: await upload(sync, "log", log.text()) });
}

/** Mirrors what an order says, in the job's own folder. */
export async function mirrorRepository(deps: Deps, work: RepoWork, place: SyncPlace): Promise<Outcome> {
  const { order, options, projectId, log } = place;
  const { repoUrl, earlier } = order;
  const credentials = await readCredentials({ db: deps.db, keys: deps.repos.keys }, { projectId, repoUrl });
  const remote = { url: repoUrl, credentials };
  const opened = await openMirror(deps, place);
  const listed = await opened.repository.listRemote(remote);
  const manifest =
    earlier && (await readJobInput(deps.storage, { key: earlier.manifestKey, schema: mirrorManifest }, options.signal));
  const sync: Sync = { deps, work, place, remote, listed, manifest };
  log.endPart("look");
  return (await unchangedOutcome(sync, opened)) ?? syncAll(sync, opened);
}
