import { api } from "@hivesync/contracts/api";
import { repoCredentials } from "@hivesync/db/schema/repo-credentials";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";

export const deleteRepoToken = operation(api.projects.deleteRepoToken, async ({ actor, input, transact }) =>
  transact(async (transaction) => {
    const [deleted] = await transaction
      .delete(repoCredentials)
      .where(eq(repoCredentials.project_id, input.id))
      .returning({ host: repoCredentials.host });
    if (deleted) {
      await audit(transaction, {
        event_type: "repo_token_deleted",
        actor_id: actor.userId,
        project_id: input.id,
        metadata: { host: deleted.host },
      });
    }
    return {};
  }),
);
