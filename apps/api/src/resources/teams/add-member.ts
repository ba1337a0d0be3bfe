import { api } from "@hivesync/contracts/api";
import type { Queryable } from "@hivesync/db/client";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { and, eq, isNull, sql, type SQL } from "drizzle-orm";
import type { z } from "zod";
import { audit } from "#audit.ts";
import { notify } from "#events/notify.ts";
import { operation } from "#operation.ts";
import { lockTeam, requireRole } from "./lock-team.ts";
import { ownMemberColumns } from "./team-columns.ts";

type Named = Pick<z.output<typeof api.teams.addMember.input>, "user_id" | "email" | "username">;

function isNamed({ user_id: id, email, username }: Named): SQL {
  if (id !== undefined) return eq(users.id, id);
  if (email !== undefined) return eq(sql`lower(${users.email})`, email.toLowerCase());
  return eq(sql`lower(${users.username})`, (username ?? "").toLowerCase());
}

async function findUser(transaction: Queryable, named: Named): Promise<{ id: string; username: string }> {
  const [user] = await transaction
    .select({ id: users.id, username: users.username })
    .from(users)
    .where(and(isNamed(named), isNull(users.disabled_at)));
  if (!user) throw new AppError("NOT_FOUND", { publicMessage: "There is no such user." });
  return user;
}

export const addMember = operation(api.teams.addMember, async ({ actor, input, transact }) => {
  const { role } = input;
  return transact(async (transaction) => {
    const team = await lockTeam(transaction, { teamId: input.id, userId: actor.userId });
    requireRole(team, role === "Owner" ? "Owner" : "Admin");
    const user = await findUser(transaction, input);
    const [member] = await transaction
      .insert(teamMembers)
      .values({ id: newId(), team_id: team.id, user_id: user.id, role })
      .onConflictDoNothing()
      .returning(ownMemberColumns);
    if (!member) throw new AppError("CONFLICT", { publicMessage: "That user is a member of this team already." });
    await audit(transaction, {
      event_type: "member_added",
      user_id: user.id,
      actor_id: actor.userId,
      metadata: { team_id: team.id, role },
    });
    await notify(transaction, {
      user_id: user.id,
      type: "member_added",
      data: { team_id: team.id, team_name: team.name, role, added_by: actor.userId },
    });
    return { ...member, username: user.username };
  });
});
