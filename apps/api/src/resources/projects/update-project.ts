import { api } from "@hivesync/contracts/api";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { requireMatch } from "#etag.ts";
import { operation } from "#operation.ts";
import { projectColumns } from "./project-columns.ts";

export const updateProject = operation(api.projects.update, async ({ input, request, transact }) => {
  const { id, name, metadata } = input;
  return transact(async (transaction) => {
    const [current] = await transaction.select(projectColumns).from(projects).where(eq(projects.id, id)).for("update");
    if (!current) throw new AppError("NOT_FOUND");
    requireMatch(request, current);
    const [project] = await transaction
      .update(projects)
      .set({
        // Touches the row also when nothing else is given, so that updated_at tells of the call.
        updated_at: sql`now()`,
        ...(name === undefined ? {} : { name }),
        ...(metadata === undefined ? {} : { metadata }),
      })
      .where(eq(projects.id, id))
      .returning(projectColumns);
    if (!project) throw new AppError("NOT_FOUND");
    return project;
  });
});
