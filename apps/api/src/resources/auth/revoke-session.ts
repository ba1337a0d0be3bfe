import { api } from "@hivesync/contracts/api";
import { sessions } from "@hivesync/db/schema/sessions";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { endSessions } from "#auth/end-sessions.ts";
import { isLiveSession } from "#auth/live-session.ts";
import { clearRefreshCookie } from "#auth/refresh-cookie.ts";
import { operation } from "#operation.ts";

export const revokeSession = operation(api.auth.revokeSession, async ({ deps, actor, input, request, transact }) => {
  const id = input.id.toLowerCase();
  const answer = await transact(async (transaction) => {
    const own = and(eq(sessions.id, id), eq(sessions.user_id, actor.userId), isLiveSession());
    const ended = await endSessions(transaction, own);
    if (ended.length === 0) throw new AppError("NOT_FOUND");
    await audit(transaction, {
      event_type: "session_revoked",
      user_id: actor.userId,
      actor_id: actor.userId,
      metadata: { session_id: id },
    });
    return {};
  });
  deps.sessions.forget(id);
  if (id === actor.sessionId) clearRefreshCookie(request);
  return answer;
});
