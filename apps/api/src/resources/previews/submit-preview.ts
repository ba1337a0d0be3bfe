import type { PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { requestedPreview } from "@hivesync/contracts/resources/previews";
import type { Database } from "@hivesync/db/client";
import type { PreviewContext } from "@hivesync/db/json-types";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Scope, UserActor } from "#actor.ts";
import { audit } from "#audit.ts";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import type { Transact } from "#operation.ts";
import { announceEnd } from "#outbox/end-preview.ts";
import { routePreview } from "#outbox/route-job.ts";
import { checkManifestQuota } from "./check-quota.ts";
import { requireStoredFiles } from "./find-missing-files.ts";
import { previewLink } from "./preview-url.ts";

type RequestedPreview = z.output<typeof requestedPreview>;

/** Who asks, and the transaction of the call. */
export interface Submitter {
  deps: Deps;
  actor: UserActor;
  scope: Scope;
  request: RequestContext;
  transact: Transact<RequestedPreview>;
}

/** What is to be built, for which project. */
export interface Submission {
  projectId: string;
  input: PreviewInput;
  context: PreviewContext | null;
  retriedFrom: string | null;
}

/** A preview that lives and was built from the very same input: its bundle is the answer. */
async function findSameBuild(db: Database, inputKey: string) {
  const [row] = await db
    .select({
      bundle_url: previewSessions.bundle_url,
      logs_key: previewSessions.logs_key,
      artifacts: previewSessions.artifacts,
      warnings: previewSessions.warnings,
      timings: previewSessions.timings,
    })
    .from(previewSessions)
    .where(
      and(
        eq(previewSessions.input_key, inputKey),
        eq(previewSessions.status, "COMPLETED"),
        gt(previewSessions.expires_at, sql`now()`),
      ),
    )
    .orderBy(desc(previewSessions.expires_at))
    .limit(1);
  return row;
}

/** The row of a preview that begins now, with the link that opens it. */
async function makeRow(deps: Deps, submission: Submission, lifetimeSeconds: number) {
  const createdAt = new Date();
  const row = {
    id: newId(),
    project_id: submission.projectId,
    created_at: createdAt.toISOString(),
    expires_at: new Date(createdAt.getTime() + lifetimeSeconds * 1_000).toISOString(),
  };
  return { row, link: await previewLink(deps, row) };
}

/**
 * Accepts a preview: checks quota, files and limits, writes its row, and wakes the dispatcher. What was built from the very same input is the
 * answer at once.
 *
 * @throws AppError FILES_MISSING, QUOTA_EXCEEDED, RATE_LIMITED
 */
export async function submitPreview(by: Submitter, submission: Submission): Promise<RequestedPreview> {
  const { deps, actor, scope } = by;
  const { input, retriedFrom } = submission;
  checkManifestQuota(deps, actor, input.files);
  await requireStoredFiles(deps, scope.teamId, input.files);

  const tier = deps.settings.tiers[actor.tier];
  const job = JSON.stringify(input);
  const inputKey = objectKeys.input(scope.teamId, sha256Hex(job));
  const same = await findSameBuild(deps.db, inputKey);
  const taken = await deps.limits.takePreview(actor, by.request);
  try {
    if (!same) await deps.storage.put(inputKey, job, "application/json");
    const liveGpuWorkers = (await deps.health.liveWorkers()).gpu;
    const { queue, priority } = routePreview(tier, { liveGpuWorkers, gpuFallback: "cpu" });
    const { row, link } = await makeRow(deps, submission, tier.previewLifetimeSeconds);
    const answer = await by.transact(async (transaction) => {
      const status = same ? ("COMPLETED" as const) : ("QUEUED" as const);
      await transaction.insert(previewSessions).values({
        ...row,
        requested_by: actor.userId,
        token_hash: sha256Hex(link.token),
        queue,
        priority,
        input_key: inputKey,
        context: submission.context,
        retried_from: retriedFrom,
        status,
        ...(same ? { ...same, started_at: row.created_at, completed_at: row.created_at } : {}),
      });
      await audit(transaction, {
        event_type: "preview_requested",
        actor_id: actor.userId,
        project_id: row.project_id,
        metadata: { job_id: row.id, files: input.files.length, ...(retriedFrom && { retried_from: retriedFrom }) },
      });
      if (same) await announceEnd(transaction, { ...row, requested_by: actor.userId }, { status: "COMPLETED" });
      return {
        job_id: row.id,
        preview_token: link.token,
        preview_url: link.url,
        status,
        queue,
        expires_at: row.expires_at,
      };
    });
    deps.dispatcher.wake();
    return answer;
  } catch (error) {
    await taken.giveBack();
    throw error;
  }
}
