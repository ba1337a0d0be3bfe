import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { invalidField } from "@hivesync/platform/app-error";
import { z } from "zod";
import { endedFields, toldColumns, type WriteEnd } from "#outbox/end-job.ts";
import type { JobName } from "#outbox/job-kinds.ts";
import { completeRepoSync } from "./complete-repo-sync.ts";
import type { StoredResult } from "./stored-result.ts";

// What workers measure. Anything else in their metrics is not kept.
const metricsSchema = z.object({
  timings: z.record(z.string(), z.number()).optional().catch(undefined),
  warnings: z.array(z.string()).max(200).optional().catch(undefined),
  kind: z.string().min(1).max(100).optional().catch(undefined),
});

async function bundleKey(body: CallbackBody, { objectOf }: StoredResult): Promise<string> {
  if (!body.bundle_url) throw invalidField("bundle_url", "is needed with SUCCESS");
  return (await objectOf("bundle_url", body.bundle_url)).key;
}

async function completePreview(body: CallbackBody, stored: StoredResult): Promise<WriteEnd> {
  const [bundleUrl, ...artifacts] = await Promise.all([
    bundleKey(body, stored),
    ...(body.artifacts ?? []).map(
      async ({ name, url }, index) => [name, (await stored.objectOf(`artifacts.${index}.url`, url)).key] as const,
    ),
  ]);
  const metrics = metricsSchema.parse(body.metrics ?? {});
  const shown = {
    status: "COMPLETED" as const,
    bundle_url: bundleUrl,
    artifacts: Object.fromEntries(artifacts),
    kind: metrics.kind ?? null,
    warnings: metrics.warnings ?? [],
    timings: metrics.timings ?? null,
    ...endedFields,
  };
  return (transaction, { which, logs_key }) =>
    transaction
      .update(previewSessions)
      .set({ ...shown, logs_key })
      .where(which)
      .returning(toldColumns(previewSessions));
}

async function completeAiJob(body: CallbackBody, stored: StoredResult): Promise<WriteEnd> {
  const shown = {
    status: "COMPLETED" as const,
    result_url: await bundleKey(body, stored),
    timings: metricsSchema.parse(body.metrics ?? {}).timings ?? null,
    ...endedFields,
  };
  return (transaction, { which, logs_key }) =>
    transaction
      .update(aiJobs)
      .set({ ...shown, logs_key })
      .where(which)
      .returning(toldColumns(aiJobs));
}

/** What each kind of job has to show when it is done: read out of its worker's word, and checked. */
export const completions: Readonly<Record<JobName, (body: CallbackBody, stored: StoredResult) => Promise<WriteEnd>>> = {
  preview: completePreview,
  ai: completeAiJob,
  repo: completeRepoSync,
};
