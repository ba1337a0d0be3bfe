import { api } from "@hivesync/contracts/api";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { teams } from "@hivesync/db/schema/teams";
import { users } from "@hivesync/db/schema/users";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { sql } from "drizzle-orm";
import { isCommonPassword } from "#auth/common-passwords.ts";
import { clientNameOf, openSession, toSignIn, userColumns } from "#auth/sign-in.ts";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";

export const register = operation(api.auth.register, async ({ deps, input, request }) => {
  if (isCommonPassword(input.password))
    throw invalidField("password", "is one of the most common passwords: choose another");
  await deps.limits.takeRegistration(request);
  const passwordHash = await deps.passwords.hash(input.password);
  const made = await deps.db.transaction(async (transaction) => {
    const [user] = await transaction
      .insert(users)
      .values({
        id: newId(),
        email: input.email,
        username: input.username,
        password_hash: passwordHash,
        last_login: sql`now()`,
      })
      .onConflictDoNothing()
      .returning(userColumns);
    if (!user) throw new AppError("CONFLICT", { publicMessage: "That email or username is taken." });
    const teamId = newId();
    await transaction.insert(teams).values({ id: teamId, owner_id: user.id, name: user.username, personal: true });
    await transaction.insert(teamMembers).values({ id: newId(), team_id: teamId, user_id: user.id, role: "Owner" });
    await audit(transaction, {
      event_type: "user_registered",
      user_id: user.id,
      actor_id: user.id,
      metadata: { ip: request.ip },
    });
    const opened = { userId: user.id, clientName: clientNameOf(request) };
    return { user, session: await openSession(transaction, deps, opened) };
  });
  return toSignIn(deps, made.user, made.session);
});
