import { hasRole } from "@hivesync/contracts/access";
import { api } from "@hivesync/contracts/api";
import { checkRepoUrl } from "@hivesync/contracts/repo-url";
import { projects } from "@hivesync/db/schema/projects";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { Scope, UserActor } from "#actor.ts";
import { audit } from "#audit.ts";
import type { Settings } from "#settings.ts";
import { operation } from "#operation.ts";
import { insertSync } from "#repo/insert-sync.ts";
import { requireAllowedHost } from "#repo/require-allowed-host.ts";
import { writeSettings } from "#repo/write-settings.ts";
import { acceptJob } from "#submit/submit-job.ts";
import type { Transaction } from "#transaction.ts";

interface Asked {
  input: z.output<typeof api.repos.sync.input>;
  actor: UserActor;
  scope: Scope;
  settings: Settings;
}

/** What is to be mirrored. Another repository than the settings name becomes the setting. */
async function chooseRepository(
  transaction: Transaction,
  { input, actor, scope, settings: { repoHosts } }: Asked,
): Promise<{ repo_url: string; ref: string | null }> {
  const isProject = eq(projects.id, input.project_id);
  // Locked before the sync's row, as by everyone who touches both.
  const [project] = await transaction
    .select({ settings: projects.settings })
    .from(projects)
    .where(isProject)
    .for("no key update");
  if (!project) throw new AppError("NOT_FOUND");
  const { settings: before } = project;
  const { repo = {} } = before;
  const url = input.repo_url ?? repo.url;
  if (url === undefined) throw invalidField("repo_url", "is needed: the project's settings name no repository yet");
  requireAllowedHost({ repoHosts }, { field: "repo_url", url });
  // What the settings name may be older than the rules.
  const problem = checkRepoUrl(url);
  if (problem !== undefined) throw invalidField("repo_url", problem);
  if (url === repo.url) return { repo_url: url, ref: input.ref ?? repo.ref ?? null };
  if (!scope.role || !hasRole(scope.role, "Admin")) {
    const publicMessage = "To mirror another repository than the settings name takes an Admin of the team.";
    throw new AppError("FORBIDDEN", { publicMessage });
  }
  // A ref of the repository before means nothing in this one.
  const { ref: earlierRef, ...rest } = repo;
  const ref = input.ref ?? (repo.url === undefined ? earlierRef : undefined);
  const after = { ...before, repo: { ...rest, url, ...(ref === undefined ? {} : { ref }) } };
  const change = { projectId: input.project_id, actorId: actor.userId, before, after, parts: ["repo"] };
  await writeSettings(transaction, change);
  return { repo_url: url, ref: ref ?? null };
}

export const syncRepo = operation(api.repos.sync, async ({ deps, actor, scope, input, request, transact }) => {
  const { settings } = deps;
  if (input.repo_url !== undefined) requireAllowedHost(settings, { field: "repo_url", url: input.repo_url });
  return acceptJob({ deps, actor, request }, "repo", () =>
    transact(async (transaction) => {
      const source = await chooseRepository(transaction, { input, actor, scope, settings });
      const id = newId();
      await insertSync(transaction, {
        id,
        project_id: input.project_id,
        requested_by: actor.userId,
        priority: settings.tiers[actor.tier].priority,
        input_key: `t/${scope.teamId}/repos/${id}/`,
        ...source,
      });
      await audit(transaction, {
        event_type: "repo_requested",
        actor_id: actor.userId,
        project_id: input.project_id,
        metadata: { job_id: id, ...source },
      });
      return { sync_id: id, status: "QUEUED" as const };
    }),
  );
});
