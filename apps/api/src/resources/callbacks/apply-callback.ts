import { statusOfOutcome } from "@hivesync/contracts/jobs/job-state";
import { errorTable, type ErrorBody, type ErrorCode } from "@hivesync/contracts/errors";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { projects } from "@hivesync/db/schema/projects";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { keyOfObjectUrl, objectKeys } from "@hivesync/platform/storage/object-keys";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { auditRefusedCallback } from "#auth/audit-refused-callback.ts";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import { endPreview, type PreviewEnd } from "#outbox/end-preview.ts";

/** A callback whose signature was found good. `kind` is what the address takes. */
export interface SignedCallback {
  body: CallbackBody;
  request: RequestContext;
  kind: "any" | "preview" | "ai" | "repo";
}

interface Job {
  id: string;
  status: string;
  attempt: number;
  teamId: string;
}

async function findPreviewJob(deps: Deps, jobId: string): Promise<Job | undefined> {
  const [row] = await deps.db
    .select({
      id: previewSessions.id,
      status: previewSessions.status,
      attempt: previewSessions.attempt,
      teamId: projects.team_id,
    })
    .from(previewSessions)
    .innerJoin(projects, eq(projects.id, previewSessions.project_id))
    .where(eq(previewSessions.id, jobId));
  return row;
}

/** The key that a worker's URL names. It must lie under this attempt's own prefix and be there: a worker cannot plant a URL. */
async function ownKey(deps: Deps, job: Job, field: { name: string; url: string }): Promise<string> {
  const prefix = objectKeys.attempt({ teamId: job.teamId, kind: "previews", jobId: job.id, attempt: job.attempt });
  const key = keyOfObjectUrl(deps.storage.bucket, field.url);
  // Not every store takes a key for what it says: one that resolves dots would lead out of the prefix.
  if (!key?.startsWith(prefix) || /(^|\/)\.{0,2}(\/|$)/.test(key.slice(prefix.length)))
    throw invalidField(field.name, "does not lie under this attempt's own prefix");
  if (!(await deps.storage.head(key))) throw invalidField(field.name, "names an object that is not there");
  return key;
}

// What workers measure. Anything else in their metrics is not kept.
const previewMetrics = z.object({
  timings: z.record(z.string(), z.number()).optional().catch(undefined),
  warnings: z.array(z.string()).max(200).optional().catch(undefined),
});

function toError(body: CallbackBody): ErrorBody {
  const known = body.error_code !== undefined && Object.hasOwn(errorTable, body.error_code);
  const code = known ? (body.error_code as ErrorCode) : "PREVIEW_BUILD_FAILED";
  return { code, message: body.error ?? errorTable[code].message, details: body.error_details ?? null };
}

async function toPreviewEnd(deps: Deps, job: Job, body: CallbackBody): Promise<PreviewEnd> {
  const logsKey = body.logs_url ? await ownKey(deps, job, { name: "logs_url", url: body.logs_url }) : null;
  const status = statusOfOutcome[body.status];
  if (status === "FAILED") return { status, error: toError(body), logs_key: logsKey };
  if (!body.bundle_url) throw invalidField("bundle_url", "is needed with SUCCESS");
  const artifacts = await Promise.all(
    (body.artifacts ?? []).map(async ({ name, url }, index) => {
      const key = await ownKey(deps, job, { name: `artifacts.${index}.url`, url });
      return [name, key] as const;
    }),
  );
  const metrics = previewMetrics.parse(body.metrics ?? {});
  return {
    status,
    bundle_url: await ownKey(deps, job, { name: "bundle_url", url: body.bundle_url }),
    logs_key: logsKey,
    artifacts: Object.fromEntries(artifacts),
    warnings: metrics.warnings ?? [],
    timings: metrics.timings ?? null,
  };
}

/**
 * Ends a job as its worker says, once. A callback of an attempt that is no longer the job's, or of a job that has ended, changes nothing.
 *
 * @throws AppError NOT_FOUND when the address takes another kind of job; VALIDATION_ERROR for a URL outside the attempt's prefix
 */
export async function applyCallback(deps: Deps, callback: SignedCallback): Promise<{ applied: boolean }> {
  const { body, request, kind } = callback;
  const job = kind === "any" || kind === "preview" ? await findPreviewJob(deps, body.job_id) : undefined;
  if (!job) throw new AppError("NOT_FOUND");
  // The spec's bare body names no attempt: it can only speak of the first.
  if (job.status !== "RUNNING" || job.attempt !== (body.attempt ?? 1)) return { applied: false };
  const end = await toPreviewEnd(deps, job, body).catch(async (error: unknown) => {
    if (error instanceof AppError && error.code === "VALIDATION_ERROR")
      await auditRefusedCallback(deps, request, "url");
    throw error;
  });
  const applied = await deps.transact((transaction) => endPreview(transaction, { ...job, whileIn: ["RUNNING"] }, end));
  deps.dispatcher.wake();
  return { applied };
}
