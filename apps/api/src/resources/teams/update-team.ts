import { api } from "@hivesync/contracts/api";
import { teams } from "@hivesync/db/schema/teams";
import { eq } from "drizzle-orm";
import { requireMatch } from "#etag.ts";
import { operation } from "#operation.ts";
import { lockTeam, requireRole } from "./lock-team.ts";

export const updateTeam = operation(api.teams.update, async ({ actor, input, request, transact }) => {
  const { id, name } = input;
  return transact(async (transaction) => {
    const team = await lockTeam(transaction, { teamId: id, userId: actor.userId });
    requireRole(team, "Admin");
    requireMatch(request, team);
    if (name === undefined) return team;
    await transaction.update(teams).set({ name }).where(eq(teams.id, id));
    return { ...team, name };
  });
});
