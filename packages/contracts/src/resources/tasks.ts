import { z } from "zod";
import { atLeast } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { pageInput, pageOf } from "../pagination.ts";
import { id, name, text, timestamp } from "../values.ts";

export const taskStatuses = ["OPEN", "IN_PROGRESS", "BLOCKED", "DONE"] as const;

export const task = z.strictObject({
  id,
  project_id: id,
  title: z.string(),
  description: z.string().nullable(),
  status: z.enum(taskStatuses),
  assigned_to: id.nullable(),
  created_by: id.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Task = z.output<typeof task>;

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
    errors: [],
  }),
  update: mutation({
    rest: "PATCH /tasks/{id}",
    summary: "Changes a task. A new assignee must be in the project's team, and is notified; null takes it from whoever had it.",
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
    errors: ["PRECONDITION_FAILED"],
  }),
  delete: mutation({
    rest: "DELETE /tasks/{id}",
    summary: "Deletes a task with its comments. Whoever made it may, and admins.",
    access: atLeast("Admin", { of: "task", by: "id", orAuthor: true }),
    rate: "general",
    input: z.strictObject({ id }),
    output: z.strictObject({}),
    errors: [],
  }),
};
