import { statusOfOutcome } from "@hivesync/contracts/jobs/job-state";
import { errorTable, type ErrorBody, type ErrorCode } from "@hivesync/contracts/errors";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { projects } from "@hivesync/db/schema/projects";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { keyOfObjectUrl, objectKeys } from "@hivesync/platform/storage/object-keys";
import { eq } from "drizzle-orm";
import { auditRefusedCallback } from "#auth/audit-refused-callback.ts";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import { endJob, type JobEnd } from "#outbox/end-job.ts";
import { allJobKinds } from "#outbox/job-kinds.ts";
import { completions } from "./completions.ts";
import type { CalledJob, OwnObject, StoredResult } from "./stored-result.ts";

/** A callback whose signature was found good. `kind` is what the address takes. */
export interface SignedCallback {
  body: CallbackBody;
  request: RequestContext;
  kind: "any" | "preview" | "ai" | "repo";
}

async function findJob(deps: Deps, id: string, of: SignedCallback["kind"]): Promise<CalledJob | undefined> {
  for (const kind of allJobKinds) {
    if (of !== "any" && of !== kind.name) continue;
    const { table } = kind;
    const [row] = await deps.db
      .select({
        id: table.id,
        status: table.status,
        attempt: table.attempt,
        projectId: projects.id,
        teamId: projects.team_id,
      })
      .from(table)
      .innerJoin(projects, eq(projects.id, table.project_id))
      .where(eq(table.id, id));
    if (row) return { ...row, kind };
  }
  return undefined;
}

/** The object that a worker's URL names. It must lie under this attempt's own prefix and be there: a worker cannot plant a URL. */
async function ownObject(deps: Deps, job: CalledJob, field: { name: string; url: string }): Promise<OwnObject> {
  const prefix = objectKeys.attempt({ teamId: job.teamId, kind: job.kind.folder, jobId: job.id, attempt: job.attempt });
  const key = keyOfObjectUrl(deps.storage.bucket, field.url);
  // Not every store takes a key for what it says: one that resolves dots would lead out of the prefix.
  if (!key?.startsWith(prefix) || /(^|\/)\.{0,2}(\/|$)/.test(key.slice(prefix.length)))
    throw invalidField(field.name, "does not lie under this attempt's own prefix");
  const object = await deps.storage.head(key);
  if (!object) throw invalidField(field.name, "names an object that is not there");
  return { key, size: object.size };
}

function toError(body: CallbackBody, otherwise: ErrorCode): ErrorBody {
  const known = body.error_code !== undefined && Object.hasOwn(errorTable, body.error_code);
  const code = known ? (body.error_code as ErrorCode) : otherwise;
  return { code, message: body.error ?? errorTable[code].message, details: body.error_details ?? null };
}

async function toEnd(deps: Deps, job: CalledJob, body: CallbackBody): Promise<JobEnd> {
  const objectOf: StoredResult["objectOf"] = (name, url) => ownObject(deps, job, { name, url });
  const findLog = async () => (body.logs_url ? (await objectOf("logs_url", body.logs_url)).key : null);
  const status = statusOfOutcome[body.status];
  if (status === "FAILED") return { status, error: toError(body, job.kind.failureCode), logs_key: await findLog() };
  const [logs_key, write] = await Promise.all([findLog(), completions[job.kind.name](body, { deps, job, objectOf })]);
  return { status, logs_key, write };
}

/**
 * Ends a job as its worker says, once. A callback of an attempt that is no longer the job's, or of a job that has ended, changes nothing.
 *
 * @throws AppError NOT_FOUND when the address takes another kind of job; VALIDATION_ERROR for a URL outside the attempt's prefix
 */
export async function applyCallback(deps: Deps, callback: SignedCallback): Promise<{ applied: boolean }> {
  const { body, request, kind } = callback;
  const job = await findJob(deps, body.job_id, kind);
  if (!job) throw new AppError("NOT_FOUND");
  // The spec's bare body names no attempt: it can only speak of the first.
  if (job.status !== "RUNNING" || job.attempt !== (body.attempt ?? 1)) return { applied: false };
  const end = await toEnd(deps, job, body).catch(async (error: unknown) => {
    if (error instanceof AppError && error.code === "VALIDATION_ERROR")
      await auditRefusedCallback(deps, request, "url");
    throw error;
  });
  const applied = await deps.transact((transaction) => endJob(transaction, { ...job, whileIn: ["RUNNING"] }, end));
  deps.dispatcher.wake(job.kind.name);
  return { applied };
}
