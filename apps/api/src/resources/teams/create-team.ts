import { api } from "@hivesync/contracts/api";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { teams } from "@hivesync/db/schema/teams";
import { newId } from "@hivesync/platform/ids";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";
import { ownTeamColumns } from "./team-columns.ts";

export const createTeam = operation(api.teams.create, async ({ actor, input, transact }) =>
  transact(async (transaction) => {
    const [team] = await transaction
      .insert(teams)
      .values({ id: newId(), owner_id: actor.userId, name: input.name })
      .returning(ownTeamColumns);
    if (!team) throw new Error("the insert returned no row");
    const role = "Owner";
    await transaction.insert(teamMembers).values({ id: newId(), team_id: team.id, user_id: actor.userId, role });
    await audit(transaction, {
      event_type: "team_created",
      user_id: actor.userId,
      actor_id: actor.userId,
      metadata: { team_id: team.id, name: team.name },
    });
    return { ...team, role };
  }),
);
