import { api } from "@hivesync/contracts/api";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { requireMatch } from "#etag.ts";
import { operation } from "#operation.ts";
import { patchSettings, withAllParts } from "./project-settings.ts";

export const updateSettings = operation(api.projects.updateSettings, async ({ actor, input, request, transact }) => {
  const { id, ...patch } = input;
  return transact(async (transaction) => {
    // Locked, so that of two patches at once neither is lost.
    const [project] = await transaction
      .select({ settings: projects.settings })
      .from(projects)
      .where(eq(projects.id, id))
      .for("update");
    if (!project) throw new AppError("NOT_FOUND");
    requireMatch(request, withAllParts(project.settings));
    const settings = patchSettings(project.settings, patch);
    await transaction.update(projects).set({ settings }).where(eq(projects.id, id));
    await audit(transaction, {
      event_type: "settings_changed",
      actor_id: actor.userId,
      project_id: id,
      metadata: { parts: Object.keys(patch) },
    });
    return settings;
  });
});
