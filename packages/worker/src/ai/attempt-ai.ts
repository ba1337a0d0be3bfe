import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import { aiResult } from "@hivesync/contracts/jobs/ai-result";
import { readAiInput } from "@hivesync/platform/storage/ai-input";
import type { WorkerDeps } from "#deps.ts";
import { forgetUnusable } from "#job/forget-unusable.ts";
import { failedOutcome, type Outcome } from "#job/outcome.ts";
import type { AttemptWork } from "#job/report-job.ts";
import { uploadFile } from "#job/upload-file.ts";
import { writeInFolder } from "./write-in-folder.ts";
import type { Written } from "./writers.ts";

/** The largest `result.json`: all that a job may read, twice over as text and once more as a diff. */
export const maxResultBytes = 32 * 1024 * 1024;
const uploadingRatio = 0.95;

type AiWork = AttemptWork<"ai">;
type Timings = Record<string, number>;

/** The stored result, or the reason for the user why there is none. */
function toStored(written: Written): { text: string; log: readonly string[] } | { text?: never; reason: string } {
  if (!written.result) return written;
  const result = aiResult.parse(written.result);
  const text = JSON.stringify(result);
  if (Buffer.byteLength(text) > maxResultBytes) {
    return { reason: `The result is larger than ${maxResultBytes} bytes. Select fewer files.` };
  }
  return { text, log: [`engine: ${result.engine}`, ...result.notes.map((note) => `note: ${note}`)] };
}

function describeInput({ job_type, selection, context }: AiInput): string {
  return `${job_type}: ${selection.length} selected, ${context.length} of context`;
}

async function upload(deps: WorkerDeps, work: AiWork, done: { input: AiInput; written: Written; timings: Timings }) {
  const { claim, progress } = work;
  progress.report({ phase: "uploading", ratio: uploadingRatio });
  const started = performance.now();
  const stored = toStored(done.written);
  const isWritten = stored.text !== undefined;
  const times = Object.entries(done.timings).map(([part, milliseconds]) => `${part}: ${milliseconds} ms`);
  const end = isWritten ? stored.log : [`failed: ${stored.reason}`];
  const log = [describeInput(done.input), ...times, ...end].join("\n");
  const [logs_url, bundle_url] = await Promise.all([
    uploadFile(deps.storage, claim, { file: "log", body: `${log}\n` }),
    isWritten ? uploadFile(deps.storage, claim, { file: "result", body: stored.text }) : undefined,
  ]);
  const timings = { ...done.timings, upload: Math.round(performance.now() - started) };
  return { logs_url, bundle_url, timings, reason: isWritten ? undefined : stored.reason };
}

/**
 * Makes one attempt at an AI job: fetches the files, writes, uploads the result.
 *
 * @throws What may pass, as a store that cannot be reached; the signal's reason when aborted.
 */
export async function attemptAi(deps: WorkerDeps, work: AiWork): Promise<Outcome> {
  const { claim, signal } = work;
  const input = await readAiInput(deps.storage, claim.inputKey, signal);
  if (!input) return failedOutcome(claim, { error: "The list of files is no longer in storage. Send the job again." });
  const done = await writeInFolder(deps, work, input);
  if (done.unusable) return forgetUnusable(deps, claim, done.unusable);
  const { reason, bundle_url, logs_url, timings } = await upload(deps, work, { input, ...done });
  if (reason !== undefined) return failedOutcome(claim, { error: reason, logs_url, metrics: { timings } });
  const { jobId: job_id, attempt } = claim;
  return { job_id, attempt, status: "SUCCESS", bundle_url, logs_url, metrics: { timings } };
}
