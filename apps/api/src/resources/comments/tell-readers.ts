import type { Comment } from "@hivesync/contracts/resources/comments";
import type { Queryable } from "@hivesync/db/client";
import { comments } from "@hivesync/db/schema/comments";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { users } from "@hivesync/db/schema/users";
import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { notify } from "#events/notify.ts";
import type { Transaction } from "#transaction.ts";

/** A comment that was written by `actorId` in a project of this team. */
export interface Written {
  comment: Comment;
  teamId: string;
  actorId: string;
}

const excerptCharacters = 200;

// Cut between characters and never within one: the database stores no half of a surrogate pair.
const excerptOf = (content: string): string => Array.from(content).slice(0, excerptCharacters).join("");

const threadOf = (comment: Comment): string => comment.parent_id ?? comment.id;

async function findMentioned(db: Queryable, written: Written, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .innerJoin(teamMembers, and(eq(teamMembers.team_id, written.teamId), eq(teamMembers.user_id, users.id)))
    .where(and(inArray(sql`lower(${users.username})`, names), ne(users.id, written.actorId)));
  return rows.map(({ id }) => id);
}

async function findAuthors(db: Queryable, { comment, teamId, actorId }: Written): Promise<string[]> {
  const rows = await db
    .select({ id: teamMembers.user_id })
    .from(comments)
    .innerJoin(teamMembers, and(eq(teamMembers.team_id, teamId), eq(teamMembers.user_id, comments.user_id)))
    .where(and(eq(comments.thread_id, threadOf(comment)), ne(comments.user_id, actorId)))
    .groupBy(teamMembers.user_id);
  return rows.map(({ id }) => id);
}

/**
 * Tells of a comment: those of these usernames that they are mentioned, and the other authors of a thread that it was added. Only who is in
 * the team now is told, and only once: who is mentioned knows by that.
 */
export async function tellReaders(
  transaction: Transaction,
  written: Written,
  told: { names: readonly string[]; authors: boolean },
): Promise<void> {
  const { comment, actorId } = written;
  const mentioned = new Set(await findMentioned(transaction, written, told.names));
  const authors = told.authors ? await findAuthors(transaction, written) : [];
  const about = {
    comment_id: comment.id,
    project_id: comment.project_id,
    thread_id: threadOf(comment),
    task_id: comment.task_id,
    excerpt: excerptOf(comment.content),
  };
  // In the order of their ids: two comments at once that tell the same users must not wait for each other.
  for (const user_id of [...new Set([...mentioned, ...authors])].toSorted()) {
    await (mentioned.has(user_id)
      ? notify(transaction, { user_id, type: "mention", data: { ...about, mentioned_by: actorId } })
      : notify(transaction, { user_id, type: "comment_added", data: { ...about, added_by: actorId } }));
  }
}
