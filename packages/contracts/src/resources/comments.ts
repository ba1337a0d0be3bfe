import { z } from "zod";
import { atLeast } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { pathSchema } from "../paths.ts";
import { id, text, timestamp } from "../values.ts";

const line = z.int().min(1).max(10_000_000);

export const commentAnchor = z
  .strictObject({ path: pathSchema, line_start: line, line_end: line, ai_job_id: id.optional() })
  .refine((anchor) => anchor.line_end >= anchor.line_start, {
    message: "must not come before line_start",
    path: ["line_end"],
  })
  .meta({
    id: "CommentAnchor",
    description: "Where a documentation thread is tied to the code. Lines count from 1, both ends included.",
  });
export type CommentAnchor = z.output<typeof commentAnchor>;

export const comment = z
  .strictObject({
    id,
    project_id: id,
    user_id: id.nullable(),
    task_id: id.nullable(),
    parent_id: id.nullable(),
    content: z.string(),
    anchor: commentAnchor.nullable(),
    resolved_at: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({
    id: "Comment",
    description:
      "One without `parent_id` opens a thread, one with an `anchor` a documentation thread; `resolved_at` is the thread's.",
  });
export type Comment = z.output<typeof comment>;

const exampleAnchor: CommentAnchor = { path: "src/App.tsx", line_start: 12, line_end: 18 };
const exampleComment: Comment = {
  id: exampleIds.comment,
  project_id: exampleIds.project,
  user_id: exampleIds.ada,
  task_id: null,
  parent_id: null,
  content: "@grace, why does this run twice?",
  anchor: exampleAnchor,
  resolved_at: null,
  created_at: "2026-11-22T10:10:00.000Z",
  updated_at: "2026-11-22T10:10:00.000Z",
};
const exampleReply: Comment = {
  ...exampleComment,
  id: exampleIds.reply,
  user_id: exampleIds.grace,
  parent_id: exampleIds.comment,
  content: "Strict mode mounts it twice in development.",
  created_at: "2026-11-22T10:20:00.000Z",
  updated_at: "2026-11-22T10:20:00.000Z",
};

const content = text(10_000);

export const comments = {
  list: query({
    rest: "GET /projects/{id}/comments",
    summary: "A project's comments, newest first: all, those on a task, on a file, or of one thread with its first.",
    access: atLeast("Member", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({
      ...pageInput,
      id,
      task_id: id.optional(),
      path: pathSchema.optional(),
      thread_id: id.optional(),
    }),
    output: pageOf(comment),
    example: {
      input: { id: exampleIds.project, thread_id: exampleIds.comment },
      output: onlyPage([exampleReply, exampleComment]),
    },
    errors: [],
  }),
  add: mutation({
    rest: "POST /projects/{id}/comments",
    summary:
      "Adds a comment. `parent_id` answers a thread's first comment, and tells its authors; `@username` tells that member.",
    access: atLeast("Member", { of: "project", by: "id" }),
    rate: "general",
    input: z
      .strictObject({
        id,
        content,
        task_id: id.optional(),
        parent_id: id.optional(),
        anchor: commentAnchor.optional(),
      })
      .refine((body) => body.parent_id === undefined || (body.anchor ?? body.task_id) === undefined, {
        message: "a reply has the task and the anchor of its thread",
        path: ["parent_id"],
      }),
    output: comment,
    example: {
      input: { id: exampleIds.project, content: exampleComment.content, anchor: exampleAnchor },
      output: exampleComment,
    },
    errors: [],
    status: 201,
  }),
  update: mutation({
    rest: "PATCH /comments/{id}",
    summary: "Changes a comment's text, which its author alone may, or resolves its thread, which any member may.",
    access: atLeast("Member", { of: "comment", by: "id" }),
    rate: "general",
    input: z.strictObject({ id, content: content.optional(), resolved: z.boolean().optional() }),
    output: comment,
    example: {
      input: { id: exampleIds.comment, resolved: true },
      output: { ...exampleComment, resolved_at: "2026-11-22T11:30:00.000Z", updated_at: "2026-11-22T11:30:00.000Z" },
    },
    errors: ["FORBIDDEN", "PRECONDITION_FAILED"],
  }),
  delete: mutation({
    rest: "DELETE /comments/{id}",
    summary: "Deletes a comment. Its author may, and admins, who alone delete a thread in which others have answered.",
    access: atLeast("Admin", { of: "comment", by: "id", orAuthor: true }),
    rate: "general",
    input: z.strictObject({ id }),
    output: z.strictObject({}),
    example: { input: { id: exampleIds.comment }, output: {} },
    errors: ["CONFLICT"],
  }),
};
