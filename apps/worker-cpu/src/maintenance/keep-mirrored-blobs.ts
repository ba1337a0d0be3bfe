import { mirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import { blobs } from "@hivesync/db/schema/blobs";
import { projects } from "@hivesync/db/schema/projects";
import { readJobInput } from "@hivesync/platform/storage/job-input";
import { and, eq, gt, isNotNull, lt, sql } from "drizzle-orm";
import type { MaintenanceContext } from "./maintenance-context.ts";

/** A project of a team with idle blobs, after one of which the next is looked for. */
async function nextProject({ maintenanceDb }: MaintenanceContext, afterId: string) {
  // A day before collection takes them, so that none becomes due between the look and the collection.
  const idle = maintenanceDb
    .select({ team_id: blobs.team_id })
    .from(blobs)
    .where(and(eq(blobs.team_id, projects.team_id), lt(blobs.last_used_at, sql`now() - interval '29 days'`)));
  const [project] = await maintenanceDb
    .select({ id: projects.id, teamId: projects.team_id, key: projects.mirror_manifest_key })
    .from(projects)
    .where(and(gt(projects.id, afterId), isNotNull(projects.mirror_manifest_key), sql`EXISTS ${idle}`))
    .orderBy(projects.id)
    .limit(1);
  return project;
}

async function keepThose({ maintenanceDb }: MaintenanceContext, teamId: string, hashes: string[]): Promise<void> {
  await maintenanceDb.execute(sql`
    UPDATE blobs SET last_used_at = now() WHERE team_id = ${teamId} AND sha256 IN (
      SELECT sha256 FROM blobs
      WHERE team_id = ${teamId} AND sha256 = ANY(${sql.param(hashes)}::text[])
        AND last_used_at < now() - interval '20 days'
      ORDER BY sha256 FOR UPDATE)`);
}

const beforeAll = "00000000-0000-0000-0000-000000000000";

/**
 * Counts the blobs of every project's mirror as used, where its team has some that collection would soon take: nobody
 * publishes them, and a preview of the mirror needs them.
 */
export async function keepMirroredBlobs(context: MaintenanceContext): Promise<void> {
  const { storage, signal } = context;
  let project = await nextProject(context, beforeAll);
  while (project) {
    signal.throwIfAborted();
    // One that is gone or damaged cannot be built from either: the next sync stores it anew.
    const manifest =
      project.key === null
        ? undefined
        : await readJobInput(storage, { key: project.key, schema: mirrorManifest }, signal);
    const hashes = [...new Set(manifest?.files.map(({ sha256 }) => sha256))];
    if (hashes.length > 0) await keepThose(context, project.teamId, hashes);
    project = await nextProject(context, project.id);
  }
}
