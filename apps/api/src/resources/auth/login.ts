import { api } from "@hivesync/contracts/api";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { audit } from "#audit.ts";
import { openSession, toSignIn, userColumns } from "#auth/sign-in.ts";
import { operation } from "#operation.ts";

const wrong = (): AppError => new AppError("AUTH_INVALID", { publicMessage: "The name or the password is wrong." });

export const login = operation(api.auth.login, async ({ deps, input, request }) => {
  const name = (input.email ?? input.username ?? "").toLowerCase();
  const column = input.email === undefined ? users.username : users.email;
  const [found] = await deps.db
    .select({ id: users.id, password_hash: users.password_hash, disabled_at: users.disabled_at })
    .from(users)
    .where(eq(sql`lower(${column})`, name));

  const attempt = await deps.limits.startSignIn(found?.id ?? name, request);
  const matches = await deps.passwords.verify(found?.password_hash, input.password);
  if (!found || !matches || found.disabled_at !== null) {
    await audit(deps.db, { event_type: "sign_in_failed", user_id: found?.id ?? null, metadata: { ip: request.ip } });
    throw wrong();
  }

  const outdated = deps.passwords.isOutdated(found.password_hash);
  const newHash = outdated ? { password_hash: await deps.passwords.hash(input.password) } : {};
  const made = await deps.db.transaction(async (transaction) => {
    const [user] = await transaction
      .update(users)
      .set({ last_login: sql`now()`, ...newHash })
      .where(eq(users.id, found.id))
      .returning(userColumns);
    if (!user) throw wrong();
    await audit(transaction, {
      event_type: "sign_in",
      user_id: user.id,
      actor_id: user.id,
      metadata: { ip: request.ip },
    });
    return { user, session: await openSession(transaction, deps, { userId: user.id, userAgent: request.userAgent }) };
  });
  await attempt.succeeded();
  return toSignIn(deps, made.user, made.session);
});
