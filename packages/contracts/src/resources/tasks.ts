import { z } from "zod";
import { atLeast } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { id, name, text, timestamp } from "../values.ts";

export const taskStatuses = ["OPEN", "IN_PROGRESS", "BLOCKED", "DONE"] as const;

export const task = z
  .strictObject({
    id,
    project_id: id,
    title: z.string(),
    description: z.string().nullable(),
    status: z.enum(taskStatuses),
    assigned_to: id.nullable(),
    created_by: id.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: "Task" });
export type Task = z.output<typeof task>;

const exampleTask: Task = {
  id: exampleIds.task,
  project_id: exampleIds.project,
  title: "Keep the list over a restart",
  description: "It is gone when the app is closed.",
  status: "OPEN",
  assigned_to: null,
  created_by: exampleIds.ada,
  created_at: "2026-11-22T10:05:00.000Z",
  updated_at: "2026-11-22T10:05:00.000Z",
};

export const tasks = {
  list: query({
    rest: "GET /projects/{id}/tasks",
    summary: "A project's tasks, newest first.",
    access: atLeast("Member", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({
      ...pageInput,
      id,
      status: z.enum(taskStatuses).optional(),
      assigned_to: id.optional(),
    }),
    output: pageOf(task),
    example: { input: { id: exampleIds.project, status: "OPEN" }, output: onlyPage([exampleTask]) },
    errors: [],
  }),
  create: mutation({
    rest: "POST /projects/{id}/tasks",
    summary: "Makes a task. Whoever it is assigned to must be in the project's team, and is notified.",
    access: atLeast("Member", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({
      id,
      title: name(200),
      description: text(20_000).optional(),
      status: z.enum(taskStatuses).default("OPEN"),
      assigned_to: id.optional(),
    }),
    output: task,
    example: {
      input: { id: exampleIds.project, title: exampleTask.title, description: "It is gone when the app is closed." },
      output: exampleTask,
    },
    errors: [],
    status: 201,
  }),
  get: query({
    rest: "GET /tasks/{id}",
    summary: "One task.",
    access: atLeast("Member", { of: "task", by: "id" }),
    rate: "general",
    input: z.strictObject({ id }),
    output: task,
    example: { input: { id: exampleIds.task }, output: exampleTask },
    errors: [],
  }),
  update: mutation({
    rest: "PATCH /tasks/{id}",
    summary:
      "Changes a task. A new assignee must be in the project's team, and is notified; null takes it from whoever had it.",
    access: atLeast("Member", { of: "task", by: "id" }),
    rate: "general",
    input: z.strictObject({
      id,
      title: name(200).optional(),
      description: text(20_000).nullable().optional(),
      status: z.enum(taskStatuses).optional(),
      assigned_to: id.nullable().optional(),
    }),
    output: task,
    example: {
      input: { id: exampleIds.task, status: "IN_PROGRESS", assigned_to: exampleIds.grace },
      output: {
        ...exampleTask,
        status: "IN_PROGRESS",
        assigned_to: exampleIds.grace,
        updated_at: "2026-11-22T11:30:00.000Z",
      },
    },
    errors: ["PRECONDITION_FAILED"],
  }),
  delete: mutation({
    rest: "DELETE /tasks/{id}",
    summary: "Deletes a task with its comments. Whoever made it may, and admins.",
    access: atLeast("Admin", { of: "task", by: "id", orAuthor: true }),
    rate: "general",
    input: z.strictObject({ id }),
    output: z.strictObject({}),
    example: { input: { id: exampleIds.task }, output: {} },
    errors: [],
  }),
};
