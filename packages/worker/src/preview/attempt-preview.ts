import { readPreviewInput } from "@hivesync/platform/storage/preview-input";
import type { BuildSuccess, ReportRow } from "@hivesync/preview-builder/build-result";
import type { WorkerDeps } from "#deps.ts";
import { forgetUnusable } from "#job/forget-unusable.ts";
import { failedOutcome, type Outcome } from "#job/outcome.ts";
import type { AttemptWork } from "#job/report-job.ts";
import { uploadFile } from "#job/upload-file.ts";
import type { Snapshots } from "#snapshots/snapshot-taker.ts";
import { buildInFolder } from "./build-in-folder.ts";
import { uploadBuild } from "./upload-build.ts";

const maxWarnings = 100;
const maxWarningCharacters = 1_000;
const picturingRatio = 0.9;
const uploadingRatio = 0.95;

type PreviewWork = AttemptWork<"preview">;

function warningText({ file, line, text }: ReportRow): string {
  return (file === null ? text : `${file}:${line ?? 0}: ${text}`).slice(0, maxWarningCharacters);
}

/** Pictures are a welcome, not a condition: a preview without them is as good, and says why it has none. */
async function takeSnapshots(deps: WorkerDeps, build: BuildSuccess, work: PreviewWork): Promise<Snapshots> {
  if (!deps.snapshots) return { snapshots: [], warnings: [] };
  work.progress.report({ phase: "building", ratio: picturingRatio });
  return deps.snapshots.take(build.html, work.signal);
}

async function uploadSuccess(
  deps: WorkerDeps,
  work: PreviewWork,
  built: { result: BuildSuccess; timings: Record<string, number> },
): Promise<Outcome> {
  const { claim, progress } = work;
  const { result } = built;
  const pictured = performance.now();
  const { snapshots, warnings } = await takeSnapshots(deps, result, work);
  progress.report({ phase: "uploading", ratio: uploadingRatio });
  const started = performance.now();
  const places = await uploadBuild(deps.storage, claim, { build: result, snapshots });
  const timings: Record<string, number> = { ...built.timings, upload: Math.round(performance.now() - started) };
  if (deps.snapshots) timings["snapshots"] = Math.round(started - pictured);
  const { jobId: job_id, attempt } = claim;
  const texts = [...warnings, ...result.warnings.slice(0, maxWarnings).map(warningText)];
  const metrics = { timings, warnings: texts, kind: result.manifest.kind_label };
  return { job_id, attempt, status: "SUCCESS", ...places, metrics };
}

/**
 * Makes one attempt at a preview: fetches, builds, takes pictures where this worker does, uploads.
 *
 * @throws What may pass, as a store that cannot be reached; the signal's reason when aborted.
 */
export async function attemptPreview(deps: WorkerDeps, work: PreviewWork): Promise<Outcome> {
  const { claim, signal, progress } = work;
  const input = await readPreviewInput(deps.storage, claim.inputKey, signal);
  if (!input) return failedOutcome(claim, { error: "The list of files is no longer in storage. Publish again." });
  const built = await buildInFolder(deps, { claim, input, signal, onProgress: progress.report });
  if (built.unusable) return forgetUnusable(deps, claim, built.unusable);
  const { result, timings } = built;
  if (result.ok) return uploadSuccess(deps, work, { result, timings });
  progress.report({ phase: "uploading", ratio: uploadingRatio });
  const logs_url = await uploadFile(deps.storage, claim, { file: "log", body: result.log });
  return failedOutcome(claim, {
    error: result.message,
    error_details: result.details,
    logs_url,
    metrics: { timings },
  });
}
