import type { Operations } from "#operation.ts";
import { createTask } from "./create-task.ts";
import { deleteTask } from "./delete-task.ts";
import { getTask } from "./get-task.ts";
import { listTasks } from "./list-tasks.ts";
import { updateTask } from "./update-task.ts";

export const taskOperations = {
  list: listTasks,
  create: createTask,
  get: getTask,
  update: updateTask,
  delete: deleteTask,
} satisfies Operations<"tasks">;
