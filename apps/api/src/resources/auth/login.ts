import { api } from "@hivesync/contracts/api";
import type { User } from "@hivesync/contracts/resources/auth";
import type { Queryable } from "@hivesync/db/client";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, isNull, sql } from "drizzle-orm";
import { audit } from "#audit.ts";
import { requireOwnOrigin } from "#auth/own-origin.ts";
import { keepInCookie } from "#auth/refresh-cookie.ts";
import { clientNameOf, openSession, toSignIn, userColumns } from "#auth/sign-in.ts";
import { operation } from "#operation.ts";

const wrong = (): AppError => new AppError("AUTH_INVALID", { publicMessage: "The name or the password is wrong." });

/** Notes the sign-in, unless the password was changed or the user disabled since the password was found right. */
async function noteSignIn(transaction: Queryable, user: { id: string; password_hash: string }): Promise<User> {
  const [signedIn] = await transaction
    .update(users)
    .set({ last_login: sql`now()` })
    .where(and(eq(users.id, user.id), eq(users.password_hash, user.password_hash), isNull(users.disabled_at)))
    .returning(userColumns);
  if (signedIn) return signedIn;
  throw new AppError("SERVICE_UNAVAILABLE", { internal: "the account changed during a sign-in", retryAfterSeconds: 1 });
}

export const login = operation(api.auth.login, async ({ deps, input, request }) => {
  if (input.session === "cookie") requireOwnOrigin(deps.settings, request);
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

  const made = await deps.db.transaction(async (transaction) => {
    const user = await noteSignIn(transaction, found);
    await audit(transaction, {
      event_type: "sign_in",
      user_id: user.id,
      actor_id: user.id,
      metadata: { ip: request.ip },
    });
    const opened = { userId: user.id, clientName: clientNameOf(request) };
    return { user, session: await openSession(transaction, deps, opened) };
  });
  await attempt.succeeded();
  if (deps.passwords.isOutdated(found.password_hash)) {
    await deps.db
      .update(users)
      .set({ password_hash: await deps.passwords.hash(input.password) })
      .where(and(eq(users.id, found.id), eq(users.password_hash, found.password_hash)));
  }
  const signIn = await toSignIn(deps, made.user, made.session);
  return input.session === "cookie" ? keepInCookie(request, signIn) : signIn;
});
