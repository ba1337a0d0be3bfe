import { api } from "@hivesync/contracts/api";
import type { PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { Database } from "@hivesync/db/client";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { BUILDER_VERSION } from "@hivesync/preview-builder/builder-version";
import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { z } from "zod";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";
import { announceEnd } from "#outbox/end-preview.ts";
import { routePreview } from "#outbox/route-job.ts";
import { checkManifestQuota } from "./check-quota.ts";
import { requireStoredFiles } from "./find-missing-files.ts";
import { previewLink } from "./preview-url.ts";

type RequestInput = z.output<typeof api.previews.request.input>;

/** What is built, the project's settings standing in for what the request leaves open. The file order of a client does not matter. */
async function toPreviewInput(db: Database, input: RequestInput): Promise<PreviewInput> {
  const [project] = await db
    .select({ settings: projects.settings })
    .from(projects)
    .where(eq(projects.id, input.project_id));
  if (!project) throw new AppError("NOT_FOUND");
  const defaults = project.settings.preview ?? {};
  const entry = input.entry ?? defaults.entry;
  return {
    builder_version: BUILDER_VERSION,
    files: input.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    options: {
      platform: input.platform ?? defaults.platform ?? "web",
      ...(entry === undefined ? {} : { entry }),
      ...(defaults.title === undefined ? {} : { title: defaults.title }),
    },
  };
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

export const requestPreview = operation(api.previews.request, async ({ deps, actor, scope, input, transact }) => {
  checkManifestQuota(deps, actor, input.files);
  await requireStoredFiles(deps, scope.teamId, input.files);

  const tier = deps.settings.tiers[actor.tier];
  const job = JSON.stringify(await toPreviewInput(deps.db, input));
  const inputKey = objectKeys.input(scope.teamId, sha256Hex(job));
  const same = await findSameBuild(deps.db, inputKey);
  const taken = await deps.limits.takePreview(actor);
  try {
    if (!same) await deps.storage.put(inputKey, job, "application/json");
    const liveGpuWorkers = (await deps.health.liveWorkers()).gpu;
    const createdAt = new Date();
    const row = {
      id: newId(),
      project_id: input.project_id,
      created_at: createdAt.toISOString(),
      expires_at: new Date(createdAt.getTime() + tier.previewLifetimeSeconds * 1_000).toISOString(),
    };
    const link = await previewLink(deps, row);
    const { queue, priority } = routePreview(tier, { liveGpuWorkers, gpuFallback: "cpu" });
    const answer = await transact(async (transaction) => {
      const status = same ? ("COMPLETED" as const) : ("QUEUED" as const);
      await transaction.insert(previewSessions).values({
        ...row,
        requested_by: actor.userId,
        token_hash: sha256Hex(link.token),
        queue,
        priority,
        input_key: inputKey,
        context: input.context ?? null,
        status,
        ...(same ? { ...same, started_at: row.created_at, completed_at: row.created_at } : {}),
      });
      const metadata = { job_id: row.id, files: input.files.length };
      await audit(transaction, {
        event_type: "preview_requested",
        actor_id: actor.userId,
        project_id: row.project_id,
        metadata,
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
});
