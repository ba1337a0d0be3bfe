import { api } from "@hivesync/contracts/api";
import { sessions } from "@hivesync/db/schema/sessions";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { endSessions } from "#auth/end-sessions.ts";
import { clearRefreshCookie } from "#auth/refresh-cookie.ts";
import { operation } from "#operation.ts";

export const logout = operation(api.auth.logout, async ({ deps, actor, request, transact }) => {
  const answer = await transact(async (transaction) => {
    await endSessions(transaction, eq(sessions.id, actor.sessionId));
    await audit(transaction, {
      event_type: "sign_out",
      user_id: actor.userId,
      actor_id: actor.userId,
      metadata: { session_id: actor.sessionId },
    });
    return {};
  });
  deps.sessions.forget(actor.sessionId);
  clearRefreshCookie(request);
  return answer;
});
