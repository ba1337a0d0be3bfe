import { hasRole } from "@hivesync/contracts/access";
import { api } from "@hivesync/contracts/api";
import type { Queryable } from "@hivesync/db/client";
import { comments } from "@hivesync/db/schema/comments";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, sql } from "drizzle-orm";
import { operation } from "#operation.ts";

/** Whether someone besides the caller has replied; a user who is gone counts as someone. */
async function haveOthersReplied(db: Queryable, thread: { id: string; userId: string }): Promise<boolean> {
  const [reply] = await db
    .select({ id: comments.id })
    .from(comments)
    .where(and(eq(comments.parent_id, thread.id), sql`${comments.user_id} IS DISTINCT FROM ${thread.userId}`))
    .limit(1);
  return reply !== undefined;
}

export const deleteComment = operation(api.comments.delete, async ({ actor, scope, input, transact }) => {
  const mayDeleteThread = scope.role !== null && hasRole(scope.role, "Admin");
  return transact(async (transaction) => {
    // Whoever is replying meanwhile waits for this lock, and finds no thread to reply in.
    await transaction.select({ id: comments.id }).from(comments).where(eq(comments.id, input.id)).for("update");
    if (!mayDeleteThread && (await haveOthersReplied(transaction, { id: input.id, userId: actor.userId })))
      throw new AppError("CONFLICT", { publicMessage: "Others have replied: only an admin deletes the whole thread." });
    await transaction.delete(comments).where(eq(comments.id, input.id));
    return {};
  });
});
