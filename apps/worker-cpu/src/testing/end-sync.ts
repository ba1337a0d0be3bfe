import { mirrorManifest, repoMetrics, type MirrorManifest, type RepoMetrics } from "@hivesync/contracts/jobs/repo-sync";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import type { Database } from "@hivesync/db/client";
import { blobs } from "@hivesync/db/schema/blobs";
import { projects } from "@hivesync/db/schema/projects";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import type { Storage } from "@hivesync/platform/storage/client";
import { readJobInput } from "@hivesync/platform/storage/job-input";
import { keyOfObjectUrl } from "@hivesync/platform/storage/object-keys";
import { and, eq, sql } from "drizzle-orm";

interface Place {
  db: Database;
  storage: Storage;
  teamId: string;
}

/** How a sync ended, and what it left. */
export interface EndedSync {
  id: string;
  body: CallbackBody;
  /** Undefined when it failed. */
  metrics: RepoMetrics | undefined;
  /** Of a sync that found something new. */
  manifest: MirrorManifest | undefined;
  row: typeof repoSyncs.$inferSelect;
  log: string;
}

type Row = typeof repoSyncs.$inferSelect;

async function readRow(db: Database, id: string): Promise<Row> {
  const [row] = await db.select().from(repoSyncs).where(eq(repoSyncs.id, id));
  if (!row) throw new Error(`no sync ${id}`);
  return row;
}

async function readText({ storage }: Place, url: string | null | undefined): Promise<string> {
  const key = keyOfObjectUrl(storage.bucket, url ?? "");
  return key === undefined ? "" : Buffer.from((await storage.get(key)) ?? []).toString("utf8");
}

function artifactKey({ storage }: Place, body: CallbackBody, name: string): string | undefined {
  const url = body.artifacts?.find((artifact) => artifact.name === name)?.url;
  return url === undefined ? undefined : keyOfObjectUrl(storage.bucket, url);
}

async function completedFields(place: Place, body: CallbackBody, metrics: RepoMetrics) {
  const extended = metrics.extends === null ? undefined : await readRow(place.db, metrics.extends);
  if (metrics.unchanged === true && extended) {
    const { head, head_ref, refs, files, bytes, manifest_key, mirror } = extended;
    return { fields: { head, head_ref, refs, files, bytes, manifest_key, mirror }, manifest: undefined };
  }
  const manifestKey = artifactKey(place, body, "manifest");
  const manifest = manifestKey && (await readJobInput(place.storage, { key: manifestKey, schema: mirrorManifest }));
  if (!manifest) throw new Error("the manifest cannot be read");
  const key = artifactKey(place, body, "mirror");
  const own = key !== undefined && metrics.bundle ? [{ sync_id: body.job_id, key, ...metrics.bundle }] : [];
  const { head, head_ref, refs } = manifest;
  const mirror = [...(extended?.mirror ?? []), ...own];
  return { fields: { head, head_ref, refs, manifest_key: manifestKey, mirror }, manifest };
}

async function storeBlobRows({ db, teamId }: Place, manifest: MirrorManifest): Promise<void> {
  for (const { sha256, size } of manifest.files) {
    await db
      .insert(blobs)
      .values({ team_id: teamId, sha256, size, stored_at: sql`now()` })
      .onConflictDoUpdate({ target: [blobs.team_id, blobs.sha256], set: { stored_at: sql`now()` } });
  }
}

/** Takes the end of a sync in as the API does: its row, the project's mirror, the blobs. */
export async function endSync(place: Place, body: CallbackBody): Promise<EndedSync> {
  const { db } = place;
  const log = await readText(place, body.logs_url);
  const end = { completed_at: sql`now()` };
  const own = and(eq(repoSyncs.id, body.job_id), eq(repoSyncs.attempt, body.attempt ?? 1));
  const ended = async (more: Pick<EndedSync, "metrics" | "manifest">): Promise<EndedSync> => ({
    id: body.job_id,
    body,
    log,
    row: await readRow(db, body.job_id),
    ...more,
  });
  if (body.status === "FAIL") {
    await db
      .update(repoSyncs)
      .set({ status: "FAILED", error: { code: "REPO_SYNC_FAILED", message: body.error ?? "", details: null }, ...end })
      .where(own);
    return ended({ metrics: undefined, manifest: undefined });
  }
  const metrics = repoMetrics.parse(body.metrics);
  const { fields, manifest } = await completedFields(place, body, metrics);
  if (manifest) await storeBlobRows(place, manifest);
  await db
    .update(repoSyncs)
    .set({ status: "COMPLETED", ...end, ...fields })
    .where(own);
  const row = await readRow(db, body.job_id);
  await db.update(projects).set({ mirror_manifest_key: row.manifest_key }).where(eq(projects.id, row.project_id));
  return ended({ metrics, manifest });
}
