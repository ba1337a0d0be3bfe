import type { Operations } from "#operation.ts";
import { createTask } from "./create-task.ts";
import { listTasks } from "./list-tasks.ts";

export const taskOperations = { list: listTasks, create: createTask } satisfies Operations<"tasks">;
