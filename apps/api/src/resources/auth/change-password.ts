import { api } from "@hivesync/contracts/api";
import { users } from "@hivesync/db/schema/users";
import { invalidField, type AppError } from "@hivesync/platform/app-error";
import { and, eq } from "drizzle-orm";
import type { UserActor } from "#actor.ts";
import { audit } from "#audit.ts";
import { isCommonPassword } from "#auth/common-passwords.ts";
import { endSessionsOf } from "#auth/end-sessions.ts";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import { operation } from "#operation.ts";

const wrong = (): AppError => invalidField("current_password", "is wrong");

/** Checks the current password, counted and noted like a sign-in. Answers its hash. */
async function checkPassword(
  deps: Deps,
  actor: UserActor,
  call: { password: string; request: RequestContext },
): Promise<string> {
  const [user] = await deps.db
    .select({ password_hash: users.password_hash })
    .from(users)
    .where(eq(users.id, actor.userId));
  const attempt = await deps.limits.startSignIn(actor.userId, call.request);
  if (!user || !(await deps.passwords.verify(user.password_hash, call.password))) {
    await audit(deps.db, {
      event_type: "sign_in_failed",
      user_id: actor.userId,
      actor_id: actor.userId,
      metadata: { ip: call.request.ip, session_id: actor.sessionId },
    });
    throw wrong();
  }
  await attempt.succeeded();
  return user.password_hash;
}

export const changePassword = operation(api.auth.changePassword, async ({ deps, actor, input, request, transact }) => {
  if (isCommonPassword(input.new_password))
    throw invalidField("new_password", "is one of the most common passwords: choose another");
  const currentHash = await checkPassword(deps, actor, { password: input.current_password, request });
  const newHash = await deps.passwords.hash(input.new_password);
  let ended: string[] = [];
  const answer = await transact(async (transaction) => {
    const [changed] = await transaction
      .update(users)
      .set({ password_hash: newHash })
      .where(and(eq(users.id, actor.userId), eq(users.password_hash, currentHash)))
      .returning({ id: users.id });
    // Changed by another call since it was checked.
    if (!changed) throw wrong();
    // Whoever else had the old password is out.
    ended = await endSessionsOf(transaction, actor.userId, actor.sessionId);
    await audit(transaction, {
      event_type: "password_changed",
      user_id: actor.userId,
      actor_id: actor.userId,
      metadata: { ip: request.ip, ended_sessions: ended.length },
    });
    return { ended_sessions: ended.length };
  });
  ended.forEach(deps.sessions.forget);
  return answer;
});
