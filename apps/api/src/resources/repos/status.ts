import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import type { Database } from "@hivesync/db/client";
import { projects } from "@hivesync/db/schema/projects";
import { repoCredentials } from "@hivesync/db/schema/repo-credentials";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { findMirror } from "#repo/find-mirror.ts";
import { repoSyncColumns } from "./repo-sync-columns.ts";

async function readMirror(db: Database, projectId: string) {
  const [project] = await db
    .select({ manifestKey: projects.mirror_manifest_key, tokenHost: repoCredentials.host })
    .from(projects)
    .leftJoin(repoCredentials, eq(repoCredentials.project_id, projects.id))
    .where(eq(projects.id, projectId));
  if (!project) throw new AppError("NOT_FOUND");
  const { manifestKey, tokenHost } = project;
  const mirror = manifestKey === null ? undefined : await findMirror(db, { projectId, manifestKey });
  return { mirror: mirror ?? null, token_host: tokenHost };
}

export const status = operation(api.repos.status, async ({ deps, input }) => {
  const { limit, offset } = pageWindow(input);
  const [rows, more] = await Promise.all([
    deps.db
      .select(repoSyncColumns)
      .from(repoSyncs)
      .where(and(eq(repoSyncs.project_id, input.project_id), afterCursor(repoSyncs, input)))
      .orderBy(...newestFirst(repoSyncs))
      .limit(limit)
      .offset(offset),
    readMirror(deps.db, input.project_id),
  ]);
  const page = toPage(rows, input);
  const items = page.items.map(({ id, left_out: leftOut, forced, deleted, ...shown }) => ({
    sync_id: id,
    ...shown,
    left_out: leftOut ?? [],
    forced: forced ?? [],
    deleted: deleted ?? [],
  }));
  return { ...page, items, ...more };
});
