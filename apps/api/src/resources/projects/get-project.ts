import { api } from "@hivesync/contracts/api";
import { prepared } from "@hivesync/db/prepared";
import { projects } from "@hivesync/db/schema/projects";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { operation } from "#operation.ts";
import { projectColumns } from "./project-columns.ts";

const findProject = prepared((db) =>
  db
    .select(projectColumns)
    .from(projects)
    .where(eq(projects.id, sql.placeholder("id")))
    .prepare("find_project"),
);

export const getProject = operation(api.projects.get, async ({ deps, input }) => {
  const [project] = await findProject(deps.db).execute({ id: input.id });
  if (!project) throw new AppError("NOT_FOUND");
  return project;
});
