import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { z } from "zod";
import { endedFields, toldColumns, type JobEnd } from "#outbox/end-job.ts";
import type { JobName } from "#outbox/job-kinds.ts";

/** The object key that a URL of the attempt names; `name` is the field that holds it. @throws AppError VALIDATION_ERROR when it is not the attempt's own */
export type OwnKey = (name: string, url: string) => Promise<string>;

interface Stored {
  keyOf: OwnKey;
  logsKey: string | null;
}

type Success = CallbackBody & { bundle_url: string };
type WriteEnd = Extract<JobEnd, { status: "COMPLETED" }>["write"];

// What workers measure. Anything else in their metrics is not kept.
const metricsSchema = z.object({
  timings: z.record(z.string(), z.number()).optional().catch(undefined),
  warnings: z.array(z.string()).max(200).optional().catch(undefined),
});

async function completePreview(body: Success, { keyOf, logsKey }: Stored): Promise<WriteEnd> {
  const artifacts = await Promise.all(
    (body.artifacts ?? []).map(
      async ({ name, url }, index) => [name, await keyOf(`artifacts.${index}.url`, url)] as const,
    ),
  );
  const metrics = metricsSchema.parse(body.metrics ?? {});
  const shown = {
    status: "COMPLETED" as const,
    bundle_url: await keyOf("bundle_url", body.bundle_url),
    logs_key: logsKey,
    artifacts: Object.fromEntries(artifacts),
    warnings: metrics.warnings ?? [],
    timings: metrics.timings ?? null,
    ...endedFields,
  };
  return (transaction, which) =>
    transaction.update(previewSessions).set(shown).where(which).returning(toldColumns(previewSessions));
}

async function completeAiJob(body: Success, { keyOf, logsKey }: Stored): Promise<WriteEnd> {
  const shown = {
    status: "COMPLETED" as const,
    result_url: await keyOf("bundle_url", body.bundle_url),
    logs_key: logsKey,
    timings: metricsSchema.parse(body.metrics ?? {}).timings ?? null,
    ...endedFields,
  };
  return (transaction, which) => transaction.update(aiJobs).set(shown).where(which).returning(toldColumns(aiJobs));
}

/** What each kind of job has to show when it is done: read out of its worker's word, and checked. */
export const completions: Readonly<Record<JobName, (body: Success, stored: Stored) => Promise<WriteEnd>>> = {
  preview: completePreview,
  ai: completeAiJob,
};
