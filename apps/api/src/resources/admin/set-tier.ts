import { api } from "@hivesync/contracts/api";
import type { AdminUser } from "@hivesync/contracts/operator";
import { sessions } from "@hivesync/db/schema/sessions";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { audit } from "#audit.ts";
import { forgetSessions } from "#auth/end-sessions.ts";
import { isLiveSession } from "#auth/live-session.ts";
import { notify } from "#events/notify.ts";
import { operation } from "#operation.ts";
import type { Transaction } from "#transaction.ts";
import { adminUserColumns } from "./admin-user-columns.ts";

/**
 * The user, locked. One change of tiers at a time: of two Admins who unmake each other at once, the second sees that it is the last.
 *
 * @throws AppError NOT_FOUND
 */
async function lockUser(transaction: Transaction, id: string): Promise<AdminUser> {
  await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended('site admins', 0))`);
  const [user] = await transaction.select(adminUserColumns).from(users).where(eq(users.id, id)).for("update");
  if (!user) throw new AppError("NOT_FOUND");
  return user;
}

/** @throws AppError CONFLICT when nobody else could run the site */
async function requireOtherAdmin(transaction: Transaction, id: string): Promise<void> {
  const [other] = await transaction
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.tier, "Admin"), isNull(users.disabled_at), ne(users.id, id)))
    .limit(1);
  if (!other)
    throw new AppError("CONFLICT", { publicMessage: "The last Admin stays: make someone else an Admin first." });
}

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
