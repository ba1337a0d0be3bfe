import { projects } from "@hivesync/db/schema/projects";

/** The columns of a project that its members see. */
export const projectColumns = {
  id: projects.id,
  team_id: projects.team_id,
  name: projects.name,
  metadata: projects.metadata,
  created_at: projects.created_at,
  updated_at: projects.updated_at,
};
