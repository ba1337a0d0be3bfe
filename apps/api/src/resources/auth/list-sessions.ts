import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { sessions } from "@hivesync/db/schema/sessions";
import { and, eq, sql } from "drizzle-orm";
import { isLiveSession } from "#auth/live-session.ts";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";

export const listSessions = operation(api.auth.listSessions, async ({ deps, actor, input }) => {
  const { limit, offset } = pageWindow(input);
  const rows = await deps.db
    .select({
      id: sessions.id,
      client_name: sessions.client_name,
      created_at: sessions.created_at,
      last_used_at: sessions.last_used_at,
      current: sql<boolean>`${sessions.id} = ${actor.sessionId}`,
    })
    .from(sessions)
    .where(and(eq(sessions.user_id, actor.userId), isLiveSession(), afterCursor(sessions, input)))
    .orderBy(...newestFirst(sessions))
    .limit(limit)
    .offset(offset);
  return toPage(rows, input);
});
