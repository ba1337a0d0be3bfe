import { api } from "@hivesync/contracts/api";
import { projects } from "@hivesync/db/schema/projects";
import { teams } from "@hivesync/db/schema/teams";
import { AppError } from "@hivesync/platform/app-error";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";
import { lockTeam, requireRole } from "./lock-team.ts";

export const deleteTeam = operation(api.teams.delete, async ({ actor, input, transact }) =>
  transact(async (transaction) => {
    const team = await lockTeam(transaction, { teamId: input.id, userId: actor.userId });
    requireRole(team, "Owner");
    if (team.personal) throw new AppError("CONFLICT", { publicMessage: "A personal team stays with its user." });
    const gone = await transaction
      .select({ id: projects.id, name: projects.name })
      .from(projects)
      .where(eq(projects.team_id, team.id));
    await transaction.delete(teams).where(eq(teams.id, team.id));
    const event = { user_id: null, actor_id: actor.userId };
    await audit(
      transaction,
      { event_type: "team_deleted", ...event, metadata: { team_id: team.id, name: team.name } },
      ...gone.map(({ id, name }) => ({
        event_type: "project_deleted" as const,
        ...event,
        project_id: id,
        metadata: { name, team_id: team.id },
      })),
    );
    return {};
  }),
);
