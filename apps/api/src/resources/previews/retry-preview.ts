import { api } from "@hivesync/contracts/api";
import { previewInput } from "@hivesync/contracts/jobs/preview-input";
import type { RequestedPreview } from "@hivesync/contracts/resources/previews";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { BUILDER_VERSION } from "@hivesync/preview-builder/builder-version";
import { eq } from "drizzle-orm";
import { operation } from "#operation.ts";
import { jobKinds } from "#outbox/job-kinds.ts";
import { readEarlierInput } from "#submit/read-earlier-input.ts";
import type { Submitter } from "#submit/submit-job.ts";
import { submitPreview } from "./submit-preview.ts";

/** Asks again for a preview that has ended. @throws AppError CONFLICT, FILES_MISSING, QUOTA_EXCEEDED, RATE_LIMITED */
export async function submitPreviewAgain(by: Submitter<RequestedPreview>, id: string): Promise<RequestedPreview> {
  const { deps } = by;
  const { projectId, input: stored } = await readEarlierInput(deps, jobKinds.preview, { id, schema: previewInput });
  const [row] = await deps.db
    .select({ context: previewSessions.context })
    .from(previewSessions)
    .where(eq(previewSessions.id, id));
  return submitPreview(by, {
    projectId,
    files: stored.files,
    toInput: async () => ({ ...stored, builder_version: BUILDER_VERSION }),
    source: "caller",
    context: row?.context ?? null,
    retriedFrom: id,
  });
}

export const retryPreview = operation(api.previews.retry, ({ deps, actor, scope, input, request, transact }) =>
  submitPreviewAgain({ deps, actor, scope, request, transact }, input.id),
);
