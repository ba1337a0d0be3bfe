import { repoHost } from "@hivesync/contracts/repo-url";
import type { ProjectSettings } from "@hivesync/contracts/resources/projects";
import { projects } from "@hivesync/db/schema/projects";
import { repoCredentials } from "@hivesync/db/schema/repo-credentials";
import { and, eq, ne } from "drizzle-orm";
import { audit } from "#audit.ts";
import type { Transaction } from "#transaction.ts";

/** Settings before and after a change. The project's row is locked. */
export interface SettingsChange {
  projectId: string;
  actorId: string;
  before: Partial<ProjectSettings>;
  after: Partial<ProjectSettings>;
  /** Which parts the caller named. */
  parts: readonly string[];
}

/** A token is for one host alone: it goes when the settings name another, or none. */
async function forgetForeignToken(
  transaction: Transaction,
  { projectId, actorId }: SettingsChange,
  url: string | undefined,
): Promise<void> {
  const [forgotten] = await transaction
    .delete(repoCredentials)
    .where(
      and(
        eq(repoCredentials.project_id, projectId),
        url === undefined ? undefined : ne(repoCredentials.host, repoHost(url)),
      ),
    )
    .returning({ host: repoCredentials.host });
  if (!forgotten) return;
  await audit(transaction, {
    event_type: "repo_token_deleted",
    actor_id: actorId,
    project_id: projectId,
    metadata: { host: forgotten.host, reason: "host_changed" },
  });
}

/** Writes a project's settings. Where they name another repository than before, its mirror is no longer the project's, nor is another host's token. */
export async function writeSettings(transaction: Transaction, change: SettingsChange): Promise<void> {
  const { projectId, actorId, before, after, parts } = change;
  const url = after.repo?.url;
  const isOtherRepo = url !== before.repo?.url;
  await transaction
    .update(projects)
    .set({ settings: after, ...(isOtherRepo ? { mirror_manifest_key: null } : {}) })
    .where(eq(projects.id, projectId));
  if (isOtherRepo) await forgetForeignToken(transaction, change, url);
  await audit(transaction, {
    event_type: "settings_changed",
    actor_id: actorId,
    project_id: projectId,
    metadata: { parts },
  });
}
