import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import type { UnusableBlob } from "@hivesync/platform/storage/blob-cache";
import type { WorkerDeps } from "#deps.ts";
import type { AttemptWork } from "#job/report-job.ts";
import type { Written } from "./writers.ts";

// Shares of the whole, by what they take of a usual job: uploading has the rest.
const fetchingShare = 0.1;
const writingShare = 0.85;

/** A job's end, or what it lacked. Times are milliseconds. */
export type FolderWriting =
  | { unusable: readonly UnusableBlob[] }
  | { unusable?: never; written: Written; timings: { fetch: number; write: number } };

/** Fetches a job's files into a folder of their own and writes about them, in a process that may stay for the project's next job. No file stays. */
export async function writeInFolder(
  deps: Pick<WorkerDeps, "blobCache" | "writers">,
  { claim, signal, progress }: AttemptWork<"ai">,
  input: AiInput,
): Promise<FolderWriting> {
  await using place = await deps.writers.open(claim);
  const { directory: folder, files: present } = place;
  const started = performance.now();
  const unusable = await deps.blobCache.provide({
    teamId: claim.teamId,
    blobs: [...input.selection, ...input.context],
    folder,
    present,
    signal,
    onProgress: (done, total) => progress.report({ phase: "fetching", ratio: (fetchingShare * done) / total }),
  });
  if (unusable.length > 0) return { unusable };
  const fetched = performance.now();
  const report = (share: number): void =>
    progress.report({ phase: "writing", ratio: fetchingShare + writingShare * share });
  report(0);
  const written = await place.write({ input, signal, onProgress: report });
  const timings = { fetch: Math.round(fetched - started), write: Math.round(performance.now() - fetched) };
  return { written, timings };
}
