import { api } from "@hivesync/contracts/api";
import { comments } from "@hivesync/db/schema/comments";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { requireMatch } from "#etag.ts";
import { operation } from "#operation.ts";
import { commentColumns } from "./comment-columns.ts";
import { mentionedNames } from "./mentions.ts";
import { tellReaders } from "./tell-readers.ts";

const now = sql<string>`now()`;

export const updateComment = operation(api.comments.update, async ({ actor, scope, input, request, transact }) => {
  const { id, content, resolved } = input;
  if (content !== undefined && !scope.isAuthor)
    throw new AppError("FORBIDDEN", { publicMessage: "Only its author changes a comment's text." });
  return transact(async (transaction) => {
    const [current] = await transaction.select(commentColumns).from(comments).where(eq(comments.id, id)).for("update");
    if (!current) throw new AppError("NOT_FOUND");
    requireMatch(request, current);
    if (resolved !== undefined && current.parent_id !== null)
      throw invalidField("resolved", `is the thread's: resolve its first comment, ${current.parent_id}`);
    const [comment] = await transaction
      .update(comments)
      .set({
        // Touches the row also when nothing else is given, so that updated_at tells of the call.
        updated_at: now,
        ...(content === undefined ? {} : { content }),
        ...(resolved === undefined ? {} : { resolved_at: resolved ? (current.resolved_at ?? now) : null }),
      })
      .where(eq(comments.id, id))
      .returning(commentColumns);
    if (!comment) throw new AppError("NOT_FOUND");
    const known = new Set(mentionedNames(current.content));
    const names = mentionedNames(comment.content).filter((name) => !known.has(name));
    const written = { comment, teamId: scope.teamId, actorId: actor.userId };
    await tellReaders(transaction, written, { names, authors: false });
    return comment;
  });
});
