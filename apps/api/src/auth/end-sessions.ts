import { deviceLinks } from "@hivesync/db/schema/device-links";
import { sessions } from "@hivesync/db/schema/sessions";
import { everyone } from "@hivesync/platform/events/topics";
import { and, eq, isNull, ne, sql, type SQL } from "drizzle-orm";
import type { Transaction } from "#transaction.ts";
import { isLiveSession } from "./live-session.ts";

// Of one message; a user with more sessions than that is told of in several.
const mostIds = 1_000;

/** Tells every process that what it knows of these sessions is out of date. */
export function forgetSessions(transaction: Transaction, ids: readonly string[]): void {
  for (let start = 0; start < ids.length; start += mostIds) {
    const message = { session_ids: ids.slice(start, start + mostIds) };
    transaction.announce({ topic: "sessions", key: everyone, message });
  }
}

/** Ends the sessions that `which` names and that have not ended yet, and tells every process. Answers their ids. */
export async function endSessions(transaction: Transaction, which: SQL | undefined): Promise<string[]> {
  const rows = await transaction
    .update(sessions)
    .set({ revoked_at: sql`now()` })
    .where(and(which, isNull(sessions.revoked_at)))
    .returning({ id: sessions.id });
  const ids = rows.map(({ id }) => id);
  forgetSessions(transaction, ids);
  return ids;
}

/** Ends a user's sessions, but `except`, and with them a device that was approved and has not collected its session yet. Answers their ids. */
export async function endSessionsOf(transaction: Transaction, userId: string, except?: string): Promise<string[]> {
  const isAnother = except === undefined ? undefined : ne(sessions.id, except);
  const ended = await endSessions(transaction, and(eq(sessions.user_id, userId), isAnother, isLiveSession()));
  await transaction
    .update(deviceLinks)
    .set({ status: "EXPIRED" })
    .where(and(eq(deviceLinks.user_id, userId), eq(deviceLinks.status, "APPROVED"), isNull(deviceLinks.session_id)));
  return ended;
}
