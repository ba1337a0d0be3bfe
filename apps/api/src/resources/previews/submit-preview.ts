import type { PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { ManifestFile } from "@hivesync/contracts/paths";
import type { RequestedPreview } from "@hivesync/contracts/resources/previews";
import type { PreviewContext } from "@hivesync/db/json-types";
import { prepared } from "@hivesync/db/prepared";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { sha256Hex } from "@hivesync/platform/ids";
import { and, desc, eq, gt, sql } from "drizzle-orm";
import { announceEnd } from "#outbox/end-job.ts";
import { jobKinds } from "#outbox/job-kinds.ts";
import { requireStoredFiles, type WantedFiles } from "#submit/require-stored-files.ts";
import { acceptJob, auditRequest, newJobRow, toStoredInput, type Submitter } from "#submit/submit-job.ts";
import { checkManifestQuota } from "./check-manifest-quota.ts";
import { previewUrl } from "./preview-url.ts";

/** What is to be built, for which project. */
export interface Submission extends Pick<WantedFiles, "source"> {
  projectId: string;
  /** In the caller's order. */
  files: readonly ManifestFile[];
  /** What is built of them. Asked while the database looks whether they are stored. */
  toInput: () => Promise<PreviewInput>;
  context: PreviewContext | null;
  retriedFrom: string | null;
}

/** A preview that lives and was built from the very same input: its bundle is the answer. */
const findSameBuild = prepared((db) =>
  db
    .select({
      bundle_url: previewSessions.bundle_url,
      logs_key: previewSessions.logs_key,
      artifacts: previewSessions.artifacts,
      kind: previewSessions.kind,
      warnings: previewSessions.warnings,
      timings: previewSessions.timings,
    })
    .from(previewSessions)
    .where(
      and(
        eq(previewSessions.input_key, sql.placeholder("inputKey")),
        eq(previewSessions.status, "COMPLETED"),
        gt(previewSessions.expires_at, sql`now()`),
      ),
    )
    .orderBy(desc(previewSessions.expires_at))
    .limit(1)
    .prepare("find_same_build"),
);

/** What is built, as it will be stored, what was built of it before, and the row of a preview that begins now, with its token. */
async function prepare(by: Submitter<RequestedPreview>, submission: Submission) {
  const { deps, scope } = by;
  const input = await submission.toInput();
  const stored = toStoredInput(scope.teamId, input);
  const [[same], made] = await Promise.all([
    findSameBuild(deps.db).execute({ inputKey: stored.key }),
    makeRow(by, submission, stored.key),
  ]);
  return { stored, same, token: made.token, row: { ...made.row, platform: input.options.platform } };
}

async function makeRow(by: Submitter<RequestedPreview>, submission: Submission, inputKey: string) {
  const { deps, actor } = by;
  const { projectId, retriedFrom, context } = submission;
  const row = await newJobRow(by, "preview", { projectId, retriedFrom, inputKey });
  const lifetimeMs = deps.settings.tiers[actor.tier].previewLifetimeSeconds * 1_000;
  const expires_at = new Date(Date.parse(row.created_at) + lifetimeMs).toISOString();
  const token = await deps.tokens.signPreview({ ...row, expires_at });
  return { row: { ...row, expires_at, context, token_hash: sha256Hex(token) }, token };
}

/**
 * Accepts a preview: checks quota, files and limits, writes its row, and wakes the dispatcher. What was built from the very same input is the
 * answer at once.
 *
 * @throws AppError FILES_MISSING, or CONFLICT of files of the mirror; QUOTA_EXCEEDED, RATE_LIMITED
 */
export async function submitPreview(
  by: Submitter<RequestedPreview>,
  submission: Submission,
): Promise<RequestedPreview> {
  const { deps, actor, scope } = by;
  const { files, source } = submission;
  checkManifestQuota(deps, actor, files);
  const [, { stored, same, row, token }] = await Promise.all([
    requireStoredFiles(deps, scope.teamId, { wanted: [{ field: "files", files }], source }),
    prepare(by, submission),
  ]);
  return acceptJob(by, "preview", async () => {
    if (!same) await deps.storage.put(stored.key, stored.json, "application/json");
    const status = same ? ("COMPLETED" as const) : ("QUEUED" as const);
    const ended = same && { ...same, started_at: row.created_at, completed_at: row.created_at };
    return by.transact(async (transaction) => {
      // Sent one behind the other, without waiting between.
      await Promise.all([
        auditRequest(transaction, "preview", { row, files: files.length, operator: by.operator }),
        transaction.insert(previewSessions).values({ ...row, status, ...ended }),
        same && announceEnd(transaction, { ...row, kind: jobKinds.preview }, { status: "COMPLETED" }),
      ]);
      return {
        job_id: row.id,
        preview_token: token,
        preview_url: previewUrl(deps, row.id),
        status,
        queue: row.queue,
        expires_at: row.expires_at,
      };
    });
  });
}
