import { errorTable, type ErrorCode } from "@hivesync/contracts/errors";
import { endedStatuses } from "@hivesync/contracts/jobs/job-state";
import { toTrpc } from "#call-options.ts";
import { HiveSyncError } from "#errors.ts";
import { pause } from "#transport/retry.ts";
import type { HiveSyncApi } from "#transport/rpc-client.ts";

/** What `previews.get` answers. */
export type Preview = Awaited<ReturnType<HiveSyncApi["previews"]["get"]["query"]>>;

const firstDelayMs = 150;
const maxDelayMs = 1_000;

/** Asks again and again until the build has ended, ever more slowly. */
export async function waitForPreview(
  api: HiveSyncApi,
  job: { job_id: string; status: string },
  { signal, onPreview }: { signal: AbortSignal | undefined; onPreview: (preview: Preview) => void },
): Promise<Preview> {
  if (!isEnded(job.status)) await pause(firstDelayMs, signal);
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(maxDelayMs, delayMs * 1.5)) {
    const preview = await api.previews.get.query({ id: job.job_id }, toTrpc({ signal }));
    onPreview(preview);
    if (isEnded(preview.status)) return preview;
    await pause(delayMs, signal);
  }
}

function isEnded(status: string): boolean {
  return endedStatuses.some((ended) => ended === status);
}

/** The error of a build that did not complete. */
export function buildFailure(preview: Preview): HiveSyncError {
  const cancelled = { code: "PREVIEW_BUILD_FAILED", message: "The preview was cancelled.", details: null };
  const { code, message, details } = preview.error ?? cancelled;
  // A newer server may know codes that this client does not: they are passed on as they are.
  const known = errorTable[code as ErrorCode] ?? errorTable.PREVIEW_BUILD_FAILED;
  return new HiveSyncError({ code: code as ErrorCode, message, details: details ?? null }, { status: known.status });
}
