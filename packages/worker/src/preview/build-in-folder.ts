import type { PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { JobProgress } from "@hivesync/contracts/resources/previews";
import type { UnusableBlob } from "@hivesync/platform/storage/blob-cache";
import type { BuildResult } from "@hivesync/preview-builder/build-result";
import type { WorkerDeps } from "#deps.ts";
import type { JobClaim } from "#job/claim-job.ts";

// Shares of the whole, by what they take of a usual build: uploading has the rest.
const fetchingShare = 0.3;
const buildingShare = 0.6;

export interface BuildOrder {
  claim: JobClaim<"preview">;
  input: PreviewInput;
  signal: AbortSignal;
  onProgress: (progress: JobProgress) => void;
}

/** A build's end, or what it lacked. Times are milliseconds. */
export type FolderBuild =
  | { unusable: readonly UnusableBlob[] }
  | { unusable?: never; result: BuildResult; timings: { fetch: number; build: number } };

/** Fetches a preview's files into a folder of their own and builds them there, in a process of its own. Both may stay for the project's next build. */
export async function buildInFolder(
  deps: Pick<WorkerDeps, "blobCache" | "builders" | "packages">,
  order: BuildOrder,
): Promise<FolderBuild> {
  const { claim, input, signal, onProgress } = order;
  const { platform, entry, title } = input.options;
  using place = await deps.builders.open({
    options: { platform, ...(entry !== undefined && { entry }), ...(title !== undefined && { title }) },
    scope: claim.teamId,
    project: claim.projectId,
  });
  const { directory: folder, files: present } = place;
  const started = performance.now();
  const unusable = await deps.blobCache.provide({
    teamId: claim.teamId,
    blobs: input.files,
    folder,
    present,
    signal,
    onProgress: (done, total) => onProgress({ phase: "fetching", ratio: (fetchingShare * done) / total }),
  });
  if (unusable.length > 0) return { unusable };
  const fetched = performance.now();
  const result = await place.build({
    files: input.files,
    packages: (room) => deps.packages.sourceFor({ folder: room, signal }),
    timeoutMs: claim.limits.buildSeconds * 1_000,
    signal,
    onProgress: ({ fraction }) => onProgress({ phase: "building", ratio: fetchingShare + buildingShare * fraction }),
  });
  const built = performance.now();
  return { result, timings: { fetch: Math.round(fetched - started), build: Math.round(built - fetched) } };
}
