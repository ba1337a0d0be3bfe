import { tasks } from "@hivesync/db/schema/tasks";

/** The columns of a task that members of its project see. */
export const taskColumns = {
  id: tasks.id,
  project_id: tasks.project_id,
  title: tasks.title,
  description: tasks.description,
  status: tasks.status,
  assigned_to: tasks.assigned_to,
  created_by: tasks.created_by,
  created_at: tasks.created_at,
  updated_at: tasks.updated_at,
};
