import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { MirrorBundle, RepoMetrics } from "@hivesync/contracts/jobs/repo-sync";
import { createRepository } from "@hivesync/git-mirror/repository";
import type { Refs } from "@hivesync/git-mirror/refs";
import type { JobClaim } from "@hivesync/worker/job/claim-job";
import type { Deps } from "#deps.ts";
import { isChainFull } from "./mirror-chain.ts";
import type { OpenMirror, SyncPlace } from "./open-mirror.ts";
import { uploadArtifact } from "./upload-artifact.ts";

/** What of the mirror was put into storage. */
export interface StoredMirror {
  /** The sync whose bundles this one's needs. */
  extends: string | null;
  /** Undefined when there was nothing new. */
  bundle: { key: string; url: string; described: NonNullable<RepoMetrics["bundle"]> } | undefined;
}

async function hashFile(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest("hex");
}

/** The keys of all that has to be read for this mirror. */
function chainAfter(earlier: readonly MirrorBundle[], { extends: extended, bundle }: StoredMirror): string[] {
  return [...(extended === null ? [] : earlier.map(({ key }) => key)), ...(bundle ? [bundle.key] : [])];
}

/**
 * Puts what is new in the mirror into storage: all of it where the bundles there are lost, or too many. Afterwards the
 * repository is this worker's copy.
 */
export async function storeMirror(
  deps: Deps,
  mirror: OpenMirror,
  { claim, place, refs }: { claim: JobClaim<"repo">; place: SyncPlace; refs: Refs },
): Promise<StoredMirror> {
  const { order, options, log } = place;
  const { signal } = options;
  const { earlier } = order;
  const isUsable = mirror.loss === undefined && mirror.past !== "left";
  const extended = earlier && isUsable && !isChainFull(earlier.mirror) ? earlier : undefined;
  const file = path.join(place.folder, "new.bundle");
  const written = await mirror.repository.writeBundle(file, extended?.refs);
  let { repository, folder } = mirror;
  if (written && !extended && mirror.held.length > 0) {
    // What no ref reaches any more, and the many packs of many fetches, end with the bundles that they came from.
    folder = path.join(place.folder, "renewed");
    repository = await createRepository(folder, options);
    await repository.loadBundles([file], refs);
  }
  let bundle: StoredMirror["bundle"];
  if (written) {
    const sha256 = await hashFile(file, signal);
    const content = { source: { file, size: written.bytes }, sha256 };
    const stored = await uploadArtifact(deps.storage, claim, { name: "mirror", content, signal });
    bundle = { ...stored, described: { bytes: written.bytes, sha256 } };
    log.add(`${extended ? "new in the mirror" : "the whole mirror"}: ${written.bytes} bytes`);
  }
  const result: StoredMirror = { extends: extended?.id ?? null, bundle };
  const held = { repoUrl: order.repoUrl, chain: chainAfter(earlier?.mirror ?? [], result) };
  await deps.repos.mirrors.adopt(place.projectId, held, { folder, bytes: await repository.diskBytes() });
  log.endPart("bundle");
  return result;
}
