import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { repoLimits } from "@hivesync/contracts/jobs/repo-sync";
import type { TierLimits } from "@hivesync/contracts/tiers";
import { HostFailure } from "@hivesync/git-mirror/git-failure";
import type { GitLimits } from "@hivesync/git-mirror/limits";
import type { Outcome } from "@hivesync/worker/job/outcome";
import { failedOutcome, PassingFailure } from "@hivesync/worker/job/outcome";
import type { AttemptWork } from "@hivesync/worker/job/report-job";
import type { Deps } from "#deps.ts";
import { mirrorRepository } from "./mirror-repository.ts";
import { readOrder } from "./read-order.ts";
import { SyncFailure } from "./sync-failure.ts";
import { createSyncLog, type SyncLog } from "./sync-log.ts";
import { permanentFailure } from "./sync-outcome.ts";
import { uploadArtifact } from "./upload-artifact.ts";

/** Address space of each git process: it maps packs of any size piece by piece. */
const gitMemoryMb = 2_048;

function gitLimits({ repoBytes: bytes, repoSyncSeconds: seconds }: TierLimits): GitLimits {
  return { seconds, cpuSeconds: seconds, bytes, memoryMb: gitMemoryMb, refs: repoLimits.maxRefs };
}

function tooLate(seconds: number): SyncFailure {
  const message = `The repository could not be mirrored within the ${seconds} seconds that your tier has for it.`;
  return new SyncFailure("REPO_SYNC_FAILED", message, { reason: "too_slow" });
}

const hostIsAway =
  "The repository's host could not be reached, or broke off, in several tries. Look whether it is there, and sync again in a few minutes.";

// Of git's own writes only its words are known.
const isDiskFull = (error: unknown): boolean =>
  /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/i.test(String(error));

async function mirrorInFolder(
  deps: Deps,
  work: AttemptWork<"repo">,
  { folder, signal, log }: { folder: string; signal: AbortSignal; log: SyncLog },
): Promise<Outcome> {
  const { claim } = work;
  const order = await readOrder(deps.db, claim);
  log.add(`repository: ${order.repoUrl}`);
  log.add(`ref: ${order.ref === undefined ? "HEAD" : JSON.stringify(order.ref)}`);
  const options = { limits: gitLimits(claim.limits), access: deps.repos.access, signal };
  return mirrorRepository(deps, work, { projectId: claim.projectId, order, folder, options, log });
}

/**
 * Makes one attempt at a repository sync: fetches, reads the files of the ref, uploads what is new.
 *
 * @throws What may pass, as a host or a store that cannot be reached; the signal's reason when aborted.
 */
export async function attemptRepoSync(deps: Deps, work: AttemptWork<"repo">): Promise<Outcome> {
  const { claim } = work;
  const seconds = claim.limits.repoSyncSeconds;
  const late = AbortSignal.timeout(seconds * 1_000);
  const signal = AbortSignal.any([work.signal, late]);
  const log = createSyncLog();
  const folder = await mkdtemp(path.join(deps.jobsDirectory, `${claim.jobId}-`));
  try {
    return await mirrorInFolder(deps, work, { folder, signal, log });
  } catch (error) {
    work.signal.throwIfAborted();
    // Room for the next try, and for everything else on the disk.
    if (isDiskFull(error)) await deps.repos.mirrors.clear();
    const failure = permanentFailure(late.aborted ? tooLate(seconds) : error);
    if (!failure) throw error instanceof HostFailure ? new PassingFailure(hostIsAway, { cause: error }) : error;
    log.add(`failed: ${failure.error}`);
    const uploaded = { name: "log", content: log.text(), signal: work.signal } as const;
    const { url: logs_url } = await uploadArtifact(deps.storage, claim, uploaded);
    return failedOutcome(claim, { ...failure, logs_url, metrics: { timings: log.timings() } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
