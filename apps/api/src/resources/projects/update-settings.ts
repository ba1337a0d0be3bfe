import { api } from "@hivesync/contracts/api";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { eq } from "drizzle-orm";
import { requireMatch } from "#etag.ts";
import { operation } from "#operation.ts";
import { requireAllowedHost } from "#repo/require-allowed-host.ts";
import { writeSettings } from "#repo/write-settings.ts";
import { patchSettings, withAllParts } from "./project-settings.ts";

export const updateSettings = operation(
  api.projects.updateSettings,
  async ({ deps, actor, input, request, transact }) => {
    const { id, ...patch } = input;
    const url = patch.repo?.url;
    // Only what is set now is held to the list: it may have been shorter when the rest was set, or longer.
    if (typeof url === "string") requireAllowedHost(deps.settings, { field: "repo.url", url });
    return transact(async (transaction) => {
      // Locked, so that of two patches at once neither is lost.
      const [project] = await transaction
        .select({ settings: projects.settings })
        .from(projects)
        .where(eq(projects.id, id))
        .for("update");
      if (!project) throw new AppError("NOT_FOUND");
      requireMatch(request, withAllParts(project.settings));
      const { settings: before } = project;
      const after = patchSettings(before, patch);
      await writeSettings(transaction, {
        projectId: id,
        actorId: actor.userId,
        before,
        after,
        parts: Object.keys(patch),
      });
      return after;
    });
  },
);
