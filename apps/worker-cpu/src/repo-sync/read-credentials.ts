import { repoHost } from "@hivesync/contracts/repo-url";
import type { Database } from "@hivesync/db/client";
import { repoCredentials } from "@hivesync/db/schema/repo-credentials";
import type { Remote } from "@hivesync/git-mirror/remote";
import { openRepoToken, type RepoKeys } from "@hivesync/platform/repo-tokens";
import { eq } from "drizzle-orm";
import { SyncFailure } from "./sync-failure.ts";
import { tokenUsername } from "./token-username.ts";

const unreadable = "The repository's token cannot be read any more. Set the token again, then sync again.";

/**
 * What the project's repository is opened with; undefined where no token is kept, or it is for another host.
 *
 * @throws SyncFailure when it cannot be decrypted.
 */
export async function readCredentials(
  { db, keys }: { db: Database; keys: RepoKeys },
  { projectId, repoUrl }: { projectId: string; repoUrl: string },
): Promise<Remote["credentials"]> {
  const host = repoHost(repoUrl);
  const [kept] = await db.select().from(repoCredentials).where(eq(repoCredentials.project_id, projectId));
  if (kept?.host !== host) return undefined;
  try {
    const { username, token } = openRepoToken(keys, kept, { projectId, host });
    return { username: username ?? tokenUsername(host), password: token };
  } catch {
    throw new SyncFailure("REPO_SYNC_FAILED", unreadable, { reason: "token_unreadable" });
  }
}
