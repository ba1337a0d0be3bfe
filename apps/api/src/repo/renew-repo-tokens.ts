import type { Database } from "@hivesync/db/client";
import { repoCredentials } from "@hivesync/db/schema/repo-credentials";
import type { Logger } from "@hivesync/platform/logger";
import { openRepoToken, repoKeyId, sealRepoToken, type RepoKeys } from "@hivesync/platform/repo-tokens";
import { and, asc, eq, gt, ne } from "drizzle-orm";

const pageSize = 200;
const lowestId = "00000000-0000-0000-0000-000000000000";

type KeptToken = Pick<typeof repoCredentials.$inferSelect, "project_id" | "host" | "encrypted_token" | "key_id">;

export interface TokenRenewal {
  db: Database;
  keys: RepoKeys;
  log: Logger;
}

function readOlder({ db, keys }: TokenRenewal, afterId: string): Promise<KeptToken[]> {
  const [newest] = keys;
  return db
    .select({
      project_id: repoCredentials.project_id,
      host: repoCredentials.host,
      encrypted_token: repoCredentials.encrypted_token,
      key_id: repoCredentials.key_id,
    })
    .from(repoCredentials)
    .where(and(ne(repoCredentials.key_id, newest ? repoKeyId(newest) : ""), gt(repoCredentials.project_id, afterId)))
    .orderBy(asc(repoCredentials.project_id))
    .limit(pageSize);
}

async function renew({ db, keys, log }: TokenRenewal, kept: KeptToken): Promise<boolean> {
  const { project_id: projectId, host, key_id: keyId } = kept;
  let renewed;
  try {
    renewed = sealRepoToken(keys, openRepoToken(keys, kept, { projectId, host }));
  } catch {
    // Whoever puts the key back among those given mends it; until then syncs say that the token must be set again. The error might quote it.
    const reason = keys.some((key) => repoKeyId(key) === keyId) ? "damaged" : "unknown_key";
    log.warn("repo_token_unreadable", { project_id: projectId, key_id: keyId, reason });
    return false;
  }
  const rows = await db
    .update(repoCredentials)
    .set(renewed)
    // Set anew meanwhile, or renewed by another process, it stays.
    .where(and(eq(repoCredentials.project_id, projectId), eq(repoCredentials.encrypted_token, kept.encrypted_token)))
    .returning({ project_id: repoCredentials.project_id });
  return rows.length > 0;
}

/** Encrypts the tokens of repositories that are under an older key anew, under the newest: then the older key can go. Answers how many. */
export async function renewRepoTokens(renewal: TokenRenewal): Promise<number> {
  let renewed = 0;
  let page: KeptToken[] = [];
  do {
    page = await readOlder(renewal, page.at(-1)?.project_id ?? lowestId);
    for (const kept of page) if (await renew(renewal, kept)) renewed += 1;
  } while (page.length === pageSize);
  if (renewed > 0) renewal.log.info("repo_tokens_renewed", { count: renewed });
  return renewed;
}
