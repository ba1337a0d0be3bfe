import type { Operations } from "#operation.ts";
import { createProject } from "./create-project.ts";
import { deleteProject } from "./delete-project.ts";
import { getProject } from "./get-project.ts";
import { getSettings } from "./get-settings.ts";
import { listProjects } from "./list-projects.ts";
import { updateProject } from "./update-project.ts";
import { updateSettings } from "./update-settings.ts";

export const projectOperations = {
  list: listProjects,
  create: createProject,
  get: getProject,
  update: updateProject,
  delete: deleteProject,
  getSettings,
  updateSettings,
} satisfies Operations<"projects">;
