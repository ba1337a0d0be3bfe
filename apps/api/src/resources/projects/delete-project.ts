import { api } from "@hivesync/contracts/api";
import { projects } from "@hivesync/db/schema/projects";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";

export const deleteProject = operation(api.projects.delete, async ({ actor, scope, input, transact }) =>
  transact(async (transaction) => {
    const [deleted] = await transaction
      .delete(projects)
      .where(eq(projects.id, input.id))
      .returning({ name: projects.name });
    if (deleted) {
      await audit(transaction, {
        event_type: "project_deleted",
        actor_id: actor.userId,
        project_id: input.id,
        metadata: { name: deleted.name, team_id: scope.teamId },
      });
    }
    return {};
  }),
);
