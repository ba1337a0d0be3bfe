import { deleteAiObjects } from "./delete-ai-objects.ts";
import { deletePreviewObjects } from "./delete-preview-objects.ts";
import { deleteRepoObjects } from "./delete-repo-objects.ts";
import type { MaintenanceContext } from "./maintenance-context.ts";

/** Deletes what deleted jobs of every kind left in storage. */
export async function deleteObjects(context: MaintenanceContext): Promise<number> {
  const previews = await deletePreviewObjects(context);
  const aiJobs = await deleteAiObjects(context);
  return previews + aiJobs + (await deleteRepoObjects(context));
}
