import { api } from "@hivesync/contracts/api";
import { prepared } from "@hivesync/db/prepared";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { operation } from "#operation.ts";
import { previewLink } from "./preview-url.ts";

const findPreview = prepared((db) =>
  db
    .select({
      id: previewSessions.id,
      project_id: previewSessions.project_id,
      status: previewSessions.status,
      queue: previewSessions.queue,
      progress: previewSessions.progress,
      bundle_key: previewSessions.bundle_url,
      logs_key: previewSessions.logs_key,
      artifacts: previewSessions.artifacts,
      error: previewSessions.error,
      warnings: previewSessions.warnings,
      timings: previewSessions.timings,
      context: previewSessions.context,
      requested_by: previewSessions.requested_by,
      retried_from: previewSessions.retried_from,
      created_at: previewSessions.created_at,
      started_at: previewSessions.started_at,
      completed_at: previewSessions.completed_at,
      expires_at: previewSessions.expires_at,
    })
    .from(previewSessions)
    .where(eq(previewSessions.id, sql.placeholder("id")))
    .prepare("find_preview"),
);

export const getPreview = operation(api.previews.get, async ({ deps, actor, input }) => {
  const [row] = await findPreview(deps.db).execute({ id: input.id });
  if (!row || (actor.kind === "preview" && row.status === "CANCELLED")) throw new AppError("NOT_FOUND");
  const { id, bundle_key: bundleKey, logs_key: logsKey, artifacts, ...shown } = row;
  const expired = Date.parse(row.expires_at) <= Date.now();
  const sign = async (key: string | null | undefined, as: "page" | "attachment"): Promise<string | null> =>
    key && !expired ? deps.presigner.get(key, as) : null;
  const [bundleUrl, sourceMapUrl, logsUrl] = await Promise.all([
    sign(bundleKey, "page"),
    sign(artifacts.source_map, "attachment"),
    sign(logsKey, "attachment"),
  ]);
  return {
    ...shown,
    job_id: id,
    preview_url: actor.kind === "user" ? (await previewLink(deps, row)).url : null,
    bundle_url: bundleUrl,
    source_map_url: sourceMapUrl,
    logs_url: logsUrl,
  };
});
