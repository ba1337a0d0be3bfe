import { api } from "@hivesync/contracts/api";
import { sessions } from "@hivesync/db/schema/sessions";
import { users } from "@hivesync/db/schema/users";
import { and, eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { forgetSessions } from "#auth/end-sessions.ts";
import { isLiveSession } from "#auth/live-session.ts";
import { notify } from "#events/notify.ts";
import { operation } from "#operation.ts";
import { lockUser, requireOtherAdmin } from "./site-admins.ts";

export const setTier = operation(api.admin.setTier, async ({ deps, actor, input, transact }) => {
  const { id, tier } = input;
  let sessionIds: string[] = [];
  const answer = await transact(async (transaction) => {
    const user = await lockUser(transaction, id);
    if (user.tier === tier) return user;
    if (user.tier === "Admin") await requireOtherAdmin(transaction, id);
    await transaction.update(users).set({ tier }).where(eq(users.id, id));
    const change = { old: user.tier, new: tier };
    await audit(transaction, { event_type: "tier_changed", user_id: id, actor_id: actor.userId, metadata: change });
    await notify(transaction, { user_id: id, type: "tier_changed", data: { ...change, changed_by: actor.userId } });
    const live = await transaction
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.user_id, id), isLiveSession()));
    sessionIds = live.map((session) => session.id);
    forgetSessions(transaction, sessionIds);
    return { ...user, tier };
  });
  // Other processes are told; here the very next request sees it.
  sessionIds.forEach(deps.sessions.forget);
  return answer;
});
