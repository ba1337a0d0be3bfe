import { api } from "@hivesync/contracts/api";
import { previewInput } from "@hivesync/contracts/jobs/preview-input";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { BUILDER_VERSION } from "@hivesync/preview-builder/builder-version";
import { eq } from "drizzle-orm";
import { operation } from "#operation.ts";
import { jobKinds } from "#outbox/job-kinds.ts";
import { readEarlierInput } from "#submit/read-earlier-input.ts";
import { nameFiles } from "#submit/require-stored-files.ts";
import { submitPreview } from "./submit-preview.ts";

export const retryPreview = operation(api.previews.retry, async ({ deps, actor, scope, input, request, transact }) => {
  const earlier = { id: input.id, schema: previewInput };
  const { projectId, input: stored } = await readEarlierInput(deps, jobKinds.preview, earlier);
  const [row] = await deps.db
    .select({ context: previewSessions.context })
    .from(previewSessions)
    .where(eq(previewSessions.id, input.id));
  return submitPreview(
    { deps, actor, scope, request, transact },
    {
      projectId,
      input: { ...stored, builder_version: BUILDER_VERSION },
      files: nameFiles("files", stored.files),
      source: "caller",
      context: row?.context ?? null,
      retriedFrom: input.id,
    },
  );
});
