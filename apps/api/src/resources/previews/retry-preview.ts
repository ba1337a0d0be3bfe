import { api } from "@hivesync/contracts/api";
import { endedStatuses } from "@hivesync/contracts/jobs/job-state";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { AppError } from "@hivesync/platform/app-error";
import { readPreviewInput } from "@hivesync/platform/storage/preview-input";
import { BUILDER_VERSION } from "@hivesync/preview-builder/builder-version";
import { eq } from "drizzle-orm";
import { operation } from "#operation.ts";
import { submitPreview } from "./submit-preview.ts";

export const retryPreview = operation(api.previews.retry, async ({ deps, actor, scope, input, request, transact }) => {
  const [earlier] = await deps.db
    .select({
      project_id: previewSessions.project_id,
      status: previewSessions.status,
      input_key: previewSessions.input_key,
      context: previewSessions.context,
    })
    .from(previewSessions)
    .where(eq(previewSessions.id, input.id));
  if (!earlier) throw new AppError("NOT_FOUND");
  if (!endedStatuses.includes(earlier.status))
    throw new AppError("CONFLICT", { publicMessage: "This preview has not ended yet. Cancel it first." });
  const stored = await readPreviewInput(deps.storage, earlier.input_key);
  if (!stored)
    throw new AppError("CONFLICT", {
      publicMessage: "Its list of files is no longer stored. Publish the folder again.",
    });
  return submitPreview(
    { deps, actor, scope, request, transact },
    {
      projectId: earlier.project_id,
      input: { ...stored, builder_version: BUILDER_VERSION },
      context: earlier.context,
      retriedFrom: input.id,
    },
  );
});
