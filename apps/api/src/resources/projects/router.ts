import type { Operations } from "#operation.ts";
import { createProject } from "./create-project.ts";
import { deleteProject } from "./delete-project.ts";
import { deleteRepoToken } from "./delete-repo-token.ts";
import { getProject } from "./get-project.ts";
import { getSettings } from "./get-settings.ts";
import { listProjects } from "./list-projects.ts";
import { setRepoToken } from "./set-repo-token.ts";
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
  setRepoToken,
  deleteRepoToken,
} satisfies Operations<"projects">;
