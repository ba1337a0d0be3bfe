import { rm } from "node:fs/promises";
import path from "node:path";
import type { MirrorBundle } from "@hivesync/contracts/jobs/repo-sync";
import { MirrorError } from "@hivesync/git-mirror/mirror-error";
import { createRepository, type Repository, type RepositoryOptions } from "@hivesync/git-mirror/repository";
import type { Deps } from "#deps.ts";
import { fetchBundles, findChainLoss, type ChainLoss } from "./mirror-chain.ts";
import type { SyncOrder } from "./read-order.ts";
import type { SyncLog } from "./sync-log.ts";

/** Where and with what an attempt works. */
export interface SyncPlace {
  projectId: string;
  order: SyncOrder;
  /** The job's own folder. */
  folder: string;
  options: RepositoryOptions;
  log: SyncLog;
}

/** The repository that a sync goes on from, in the job's folder. */
export interface OpenMirror {
  repository: Repository;
  folder: string;
  /** The keys of the bundles whose objects it has already. */
  held: readonly string[];
  /** Why the bundles in storage cannot be gone on from. */
  loss: ChainLoss | undefined;
  /** What it held before: nothing; or it was left because no room was besides it, and then the bundles begin anew too. */
  past: "none" | "kept" | "left";
}

const keysOf = (chain: readonly MirrorBundle[]): string[] => chain.map(({ key }) => key);

function isStart(start: readonly string[], whole: readonly string[]): boolean {
  return start.every((key, index) => whole[index] === key);
}

async function startEmpty({ folder, options }: SyncPlace, loss: ChainLoss | undefined): Promise<OpenMirror> {
  const ownFolder = path.join(folder, "mirror");
  await rm(ownFolder, { recursive: true, force: true });
  const repository = await createRepository(ownFolder, options);
  return { repository, folder: ownFolder, held: [], loss, past: "none" };
}

/** Begins a mirror anew that was sound and has become too large: it may not be without its past. */
export async function startAnew(place: SyncPlace, loss?: ChainLoss): Promise<OpenMirror> {
  place.log.add("with what it held before the mirror is too large: it is made anew");
  return { ...(await startEmpty(place, loss)), past: "left" };
}

/** True of what went wrong only because a mirror has become too large. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof MirrorError && error.reason === "too_large";
}

/** Opens what this worker has of the mirror, perhaps nothing, and looks whether storage still has it. */
export async function openMirror(deps: Pick<Deps, "repos" | "storage">, place: SyncPlace): Promise<OpenMirror> {
  const { projectId, order, options } = place;
  const chain = order.earlier?.mirror ?? [];
  const loss = await findChainLoss(deps.storage, chain);
  const folder = path.join(place.folder, "mirror");
  const copy = await deps.repos.mirrors.copyTo(projectId, order.repoUrl, { folder, options });
  // One that is ahead is of an attempt whose end never came to count: it has all that is needed.
  const isOfChain = copy && (isStart(copy.chain, keysOf(chain)) || isStart(keysOf(chain), copy.chain));
  if (!isOfChain) return startEmpty(place, loss);
  return { repository: copy.repository, folder, held: copy.chain, loss, past: "kept" };
}

/** Brings a mirror to where the earlier sync left it, by the bundles that it lacks; starts from nothing when they cannot be read. */
export async function catchUp(deps: Pick<Deps, "storage">, mirror: OpenMirror, place: SyncPlace): Promise<OpenMirror> {
  const { order, folder, options, log } = place;
  const { earlier } = order;
  const lacking = earlier?.mirror.slice(mirror.held.length) ?? [];
  if (!earlier || mirror.loss !== undefined || lacking.length === 0) return mirror;
  const fetched = await fetchBundles(deps.storage, lacking, { folder, signal: options.signal });
  if (fetched.loss !== undefined) return startEmpty(place, fetched.loss);
  try {
    await mirror.repository.loadBundles(fetched.files, earlier.refs);
  } catch (error) {
    if (isTooLarge(error)) return startAnew(place);
    if (!(error instanceof MirrorError)) throw error;
    log.add(`the stored mirror could not be read: ${error.message}`);
    return startEmpty(place, "corrupted");
  } finally {
    await Promise.all(fetched.files.map((file) => rm(file, { force: true })));
  }
  log.add(`read from storage: ${lacking.length} bundles of the mirror`);
  return { ...mirror, held: keysOf(earlier.mirror), past: "kept" };
}
