import { comments } from "@hivesync/db/schema/comments";

/** The columns of a comment that members of its project see. */
export const commentColumns = {
  id: comments.id,
  project_id: comments.project_id,
  user_id: comments.user_id,
  task_id: comments.task_id,
  parent_id: comments.parent_id,
  content: comments.content,
  anchor: comments.anchor,
  resolved_at: comments.resolved_at,
  created_at: comments.created_at,
  updated_at: comments.updated_at,
};
