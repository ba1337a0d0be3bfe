import type { UnusableBlob } from "@hivesync/platform/storage/blob-cache";
import { readPreviewInput } from "@hivesync/platform/storage/preview-input";
import type { ReportRow } from "@hivesync/preview-builder/build-result";
import type { Deps } from "#deps.ts";
import { buildInFolder } from "./build-in-folder.ts";
import type { PreviewClaim } from "./claim-preview.ts";
import { dropBlobs } from "./drop-blobs.ts";
import { failedOutcome, storable, type Outcome } from "./outcome.ts";
import { createProgressWriter, type ProgressWriter } from "./progress-writer.ts";
import { uploadBuild, uploadFile } from "./upload-build.ts";

const maxWarnings = 100;
const maxWarningCharacters = 1_000;
const maxErrorCharacters = 10_000;
const uploadingRatio = 0.9;

function warningText({ file, line, text }: ReportRow): string {
  return (file === null ? text : `${file}:${line ?? 0}: ${text}`).slice(0, maxWarningCharacters);
}

async function forgetUnusable(deps: Deps, claim: PreviewClaim, unusable: readonly UnusableBlob[]): Promise<Outcome> {
  deps.log.warn("blobs_unusable", {
    job_id: claim.jobId,
    team_id: claim.teamId,
    count: unusable.length,
    first: unusable[0],
  });
  const hashes = unusable.map((blob) => blob.sha256);
  await dropBlobs(deps, claim.teamId, hashes);
  const files = unusable.length === 1 ? "One of the files is" : `${unusable.length} of the files are`;
  return failedOutcome(claim, {
    error: `${files} missing or damaged in storage. Publish again to upload what is missing.`,
  });
}

async function buildAndUpload(
  deps: Deps,
  work: { claim: PreviewClaim; signal: AbortSignal; progress: ProgressWriter },
): Promise<Outcome> {
  const { claim, signal, progress } = work;
  const input = await readPreviewInput(deps.storage, claim.inputKey, signal);
  if (!input) return failedOutcome(claim, { error: "The list of files is no longer in storage. Publish again." });
  const built = await buildInFolder(deps, { claim, input, signal, onProgress: progress.report });
  if (built.unusable) return forgetUnusable(deps, claim, built.unusable);
  const { result, timings } = built;
  progress.report({ phase: "uploading", ratio: uploadingRatio });
  if (!result.ok) {
    const logs_url = await uploadFile(deps.storage, claim, { file: "log", body: result.log });
    return failedOutcome(claim, {
      error: result.message.slice(0, maxErrorCharacters),
      error_details: result.details,
      logs_url,
      metrics: { timings },
    });
  }
  const started = performance.now();
  const places = await uploadBuild(deps.storage, claim, result);
  const upload = Math.round(performance.now() - started);
  return {
    job_id: claim.jobId,
    attempt: claim.attempt,
    status: "SUCCESS",
    ...places,
    metrics: {
      timings: { ...timings, upload },
      warnings: result.warnings.slice(0, maxWarnings).map(warningText),
    },
  };
}

/**
 * Makes one attempt at a preview: fetches, builds, uploads.
 *
 * @throws What may pass, as a store that cannot be reached; the signal's reason when aborted.
 */
export async function attemptPreview(deps: Deps, claim: PreviewClaim, signal: AbortSignal): Promise<Outcome> {
  const progress = createProgressWriter({ ...deps, claim });
  try {
    const outcome = await buildAndUpload(deps, { claim, signal, progress });
    signal.throwIfAborted();
    return storable(outcome);
  } finally {
    await progress.stop();
  }
}
