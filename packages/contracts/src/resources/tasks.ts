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
};
