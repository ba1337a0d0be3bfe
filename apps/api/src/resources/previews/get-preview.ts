import { api } from "@hivesync/contracts/api";
import type { PreviewSnapshots } from "@hivesync/contracts/resources/previews";
import { prepared } from "@hivesync/db/prepared";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { operation } from "#operation.ts";
import { previewSummaryColumns } from "./preview-columns.ts";
import { previewUrl } from "./preview-url.ts";

const findPreview = prepared((db) =>
  db
    .select({
      ...previewSummaryColumns,
      project_name: projects.name,
      kind: previewSessions.kind,
      platform: previewSessions.platform,
      progress: previewSessions.progress,
      bundle_key: previewSessions.bundle_url,
      logs_key: previewSessions.logs_key,
      artifacts: previewSessions.artifacts,
      warnings: previewSessions.warnings,
      timings: previewSessions.timings,
    })
    .from(previewSessions)
    .innerJoin(projects, eq(projects.id, previewSessions.project_id))
    .where(eq(previewSessions.id, sql.placeholder("id")))
    .prepare("find_preview"),
);

const screens = ["phone", "tablet", "desktop"] as const;

export const getPreview = operation(api.previews.get, async ({ deps, actor, input }) => {
  const [row] = await findPreview(deps.db).execute({ id: input.id });
  if (!row || (actor.kind === "preview" && row.status === "CANCELLED")) throw new AppError("NOT_FOUND");
  const { id, bundle_key: bundleKey, logs_key: logsKey, artifacts, ...shown } = row;
  const expired = Date.parse(row.expires_at) <= Date.now();
  const sign = async (key: string | null | undefined, as: "page" | "attachment"): Promise<string | null> =>
    key && !expired ? deps.presigner.get(key, as) : null;
  const [bundleUrl, sourceMapUrl, logsUrl, ...pictures] = await Promise.all([
    sign(bundleKey, "page"),
    sign(artifacts.source_map, "attachment"),
    sign(logsKey, "attachment"),
    ...screens.map((screen) => sign(artifacts[`snapshot_${screen}`], "attachment")),
  ]);
  const snapshots = screens.flatMap((screen, index) => (pictures[index] ? [[screen, pictures[index]]] : []));
  return {
    ...shown,
    job_id: id,
    preview_url: actor.kind === "user" ? previewUrl(deps, id) : null,
    bundle_url: bundleUrl,
    source_map_url: sourceMapUrl,
    logs_url: logsUrl,
    snapshots: Object.fromEntries(snapshots) as PreviewSnapshots,
  };
});
