import { api } from "@hivesync/contracts/api";
import { repoHost } from "@hivesync/contracts/repo-url";
import { projects } from "@hivesync/db/schema/projects";
import { repoCredentials } from "@hivesync/db/schema/repo-credentials";
import { AppError } from "@hivesync/platform/app-error";
import { sealRepoToken } from "@hivesync/platform/repo-tokens";
import { eq, sql } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";

export const setRepoToken = operation(api.projects.setRepoToken, async ({ deps, actor, input, transact }) => {
  const { id, token, username = null } = input;
  return transact(async (transaction) => {
    // Locked, so that the settings do not come to name another host meanwhile.
    const [project] = await transaction
      .select({ settings: projects.settings })
      .from(projects)
      .where(eq(projects.id, id))
      .for("no key update");
    if (!project) throw new AppError("NOT_FOUND");
    const url = project.settings.repo?.url;
    if (url === undefined) {
      const publicMessage = "Set the repository's address first: a token is kept for its host alone.";
      throw new AppError("CONFLICT", { publicMessage });
    }
    const host = repoHost(url);
    const sealed = sealRepoToken(deps.settings.repoKeys, { project_id: id, host, username, token });
    const [kept] = await transaction
      .insert(repoCredentials)
      .values({ project_id: id, ...sealed })
      .onConflictDoUpdate({ target: repoCredentials.project_id, set: { ...sealed, created_at: sql`now()` } })
      .returning({ host: repoCredentials.host, created_at: repoCredentials.created_at });
    if (!kept) throw new Error("the insert returned no row");
    await audit(transaction, {
      event_type: "repo_token_set",
      actor_id: actor.userId,
      project_id: id,
      metadata: { host },
    });
    return kept;
  });
});
