import { api } from "@hivesync/contracts/api";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { eq } from "drizzle-orm";
import { operation } from "#operation.ts";
import { withAllParts } from "./project-settings.ts";

export const getSettings = operation(api.projects.getSettings, async ({ deps, input }) => {
  const [project] = await deps.db
    .select({ settings: projects.settings })
    .from(projects)
    .where(eq(projects.id, input.id));
  if (!project) throw new AppError("NOT_FOUND");
  return withAllParts(project.settings);
});
