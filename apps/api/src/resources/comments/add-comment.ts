import { api } from "@hivesync/contracts/api";
import type { Queryable } from "@hivesync/db/client";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { comments } from "@hivesync/db/schema/comments";
import { tasks } from "@hivesync/db/schema/tasks";
import { invalidField } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { and, eq } from "drizzle-orm";
import { operation } from "#operation.ts";
import { commentColumns } from "./comment-columns.ts";
import { mentionedNames } from "./mentions.ts";
import { tellReaders } from "./tell-readers.ts";

/** Something of a project that a comment names. */
interface Named {
  projectId: string;
  id: string;
}

async function requireTask(db: Queryable, { projectId, id }: Named): Promise<void> {
  const isThere = and(eq(tasks.id, id), eq(tasks.project_id, projectId));
  const [task] = await db.select({ id: tasks.id }).from(tasks).where(isThere);
  if (!task) throw invalidField("task_id", "is not a task of this project");
}

async function requireAiJob(db: Queryable, { projectId, id }: Named): Promise<void> {
  const isThere = and(eq(aiJobs.id, id), eq(aiJobs.project_id, projectId));
  const [job] = await db.select({ id: aiJobs.id }).from(aiJobs).where(isThere);
  if (!job) throw invalidField("anchor.ai_job_id", "is not an AI job of this project");
}

async function findThread(db: Queryable, { projectId, id }: Named): Promise<{ taskId: string | null }> {
  const [first] = await db
    .select({ taskId: comments.task_id, parentId: comments.parent_id })
    .from(comments)
    .where(and(eq(comments.id, id), eq(comments.project_id, projectId)));
  if (!first) throw invalidField("parent_id", "is not a comment of this project");
  if (first.parentId !== null)
    throw invalidField("parent_id", `is a reply itself: name the thread's first comment, ${first.parentId}`);
  return first;
}

export const addComment = operation(api.comments.add, async ({ actor, scope, input, transact }) => {
  const { id: projectId, content, task_id: taskId, parent_id: parentId, anchor } = input;
  return transact(async (transaction) => {
    if (taskId !== undefined) await requireTask(transaction, { projectId, id: taskId });
    if (anchor?.ai_job_id !== undefined) await requireAiJob(transaction, { projectId, id: anchor.ai_job_id });
    const thread = parentId === undefined ? undefined : await findThread(transaction, { projectId, id: parentId });
    const [comment] = await transaction
      .insert(comments)
      .values({
        id: newId(),
        project_id: projectId,
        user_id: actor.userId,
        task_id: thread?.taskId ?? taskId ?? null,
        parent_id: parentId ?? null,
        content,
        anchor: anchor ?? null,
      })
      .returning(commentColumns);
    if (!comment) throw new Error("the insert returned no row");
    const written = { comment, teamId: scope.teamId, actorId: actor.userId };
    await tellReaders(transaction, written, { names: mentionedNames(content), authors: true });
    return comment;
  });
});
