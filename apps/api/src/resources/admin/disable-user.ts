import { api } from "@hivesync/contracts/api";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { audit } from "#audit.ts";
import { endSessionsOf } from "#auth/end-sessions.ts";
import { operation } from "#operation.ts";
import { adminUserColumns } from "./admin-user-columns.ts";
import { lockUser, requireOtherAdmin } from "./site-admins.ts";

export const disableUser = operation(api.admin.disableUser, async ({ deps, actor, input: { id }, transact }) => {
  let ended: string[] = [];
  const answer = await transact(async (transaction) => {
    const user = await lockUser(transaction, id);
    if (user.disabled_at !== null) return user;
    if (id === actor.userId) throw new AppError("CONFLICT", { publicMessage: "You cannot disable yourself." });
    if (user.tier === "Admin") await requireOtherAdmin(transaction, id);
    const [disabled] = await transaction
      .update(users)
      .set({ disabled_at: sql`now()` })
      .where(eq(users.id, id))
      .returning(adminUserColumns);
    ended = await endSessionsOf(transaction, id);
    await audit(transaction, {
      event_type: "user_disabled",
      user_id: id,
      actor_id: actor.userId,
      metadata: { ended_sessions: ended.length },
    });
    return disabled ?? user;
  });
  // Other processes are told; here the very next request sees it.
  ended.forEach(deps.sessions.forget);
  return answer;
});
