import { mirrorManifest, type MirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { readJobInput } from "@hivesync/platform/storage/job-input";
import { eq } from "drizzle-orm";
import type { Deps } from "#deps.ts";

/** What a caller is told of whom the mirror cannot serve: there is nothing to upload, so it is no FILES_MISSING. */
export function mirrorIncomplete(): AppError {
  const publicMessage = "Files of this project's mirror are no longer stored. Sync its repository again.";
  return new AppError("CONFLICT", { publicMessage });
}

/**
 * The files of a project's mirror as it stands now.
 *
 * @throws AppError CONFLICT when the project has none
 */
export async function readMirror(
  { db, storage }: Pick<Deps, "db" | "storage">,
  projectId: string,
): Promise<MirrorManifest> {
  const [project] = await db
    .select({ key: projects.mirror_manifest_key })
    .from(projects)
    .where(eq(projects.id, projectId));
  if (!project) throw new AppError("NOT_FOUND");
  if (project.key === null) {
    const publicMessage = "This project has no mirror yet. Sync its repository first.";
    throw new AppError("CONFLICT", { publicMessage });
  }
  const manifest = await readJobInput(storage, { key: project.key, schema: mirrorManifest });
  if (!manifest) throw mirrorIncomplete();
  return manifest;
}
