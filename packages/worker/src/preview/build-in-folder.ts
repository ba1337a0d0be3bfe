import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
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
  /** Empty, and on the file system of the blobs' cache. */
  folder: string;
  signal: AbortSignal;
  onProgress: (progress: JobProgress) => void;
}

/** A build's end, or what it lacked. Times are milliseconds. */
export type FolderBuild =
  | { unusable: readonly UnusableBlob[] }
  | { unusable?: never; result: BuildResult; timings: { fetch: number; build: number } };

/** The folder of one attempt. */
export interface JobFolder {
  path: string;
  /** Takes it away; asked again, it waits for the same. */
  remove: () => Promise<void>;
}

export async function makeJobFolder(jobsDirectory: string, jobId: string): Promise<JobFolder> {
  const folder = await mkdtemp(path.join(jobsDirectory, `${jobId}-`));
  let removed: Promise<void> | undefined;
  return { path: folder, remove: () => (removed ??= rm(folder, { recursive: true, force: true })) };
}

/** Fetches a preview's files into a folder that holds nothing else, and builds them there, in a process of its own. */
export async function buildInFolder(
  deps: Pick<WorkerDeps, "blobCache" | "builders" | "packages">,
  { claim, input, folder, signal, onProgress }: BuildOrder,
): Promise<FolderBuild> {
  const started = performance.now();
  const unusable = await deps.blobCache.provide({
    teamId: claim.teamId,
    blobs: input.files,
    folder,
    signal,
    onProgress: (done, total) => onProgress({ phase: "fetching", ratio: (fetchingShare * done) / total }),
  });
  if (unusable.length > 0) return { unusable };
  const fetched = performance.now();
  const { platform, entry, title } = input.options;
  const result = await deps.builders.build({
    files: input.files,
    options: { platform, ...(entry !== undefined && { entry }), ...(title !== undefined && { title }) },
    blobDirectory: folder,
    packages: deps.packages.sourceFor({ folder, signal }),
    timeoutMs: claim.limits.buildSeconds * 1_000,
    signal,
    onProgress: ({ fraction }) => onProgress({ phase: "building", ratio: fetchingShare + buildingShare * fraction }),
  });
  const built = performance.now();
  return { result, timings: { fetch: Math.round(fetched - started), build: Math.round(built - fetched) } };
}
