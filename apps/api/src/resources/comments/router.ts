import type { Operations } from "#operation.ts";
import { addComment } from "./add-comment.ts";
import { deleteComment } from "./delete-comment.ts";
import { listComments } from "./list-comments.ts";
import { updateComment } from "./update-comment.ts";

export const commentOperations = {
  list: listComments,
  add: addComment,
  update: updateComment,
  delete: deleteComment,
} satisfies Operations<"comments">;
