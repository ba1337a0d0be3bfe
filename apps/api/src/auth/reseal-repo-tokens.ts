import type { Database } from "@hivesync/db/client";
import { repoCredentials } from "@hivesync/db/schema/repo-credentials";
import { openRepoToken, repoKeyId, sealRepoToken, type RepoKeys } from "@hivesync/platform/repo-tokens";
import { and, eq, ne } from "drizzle-orm";

const batchSize = 100;

/**
 * Encrypts what older keys encrypt under the newest one, so that they can be given up. With one key there is nothing to look for.
 *
 * @returns How many tokens were encrypted anew. One that none of the keys opens stays as it is: its key may come back.
 */
export async function resealRepoTokens(db: Database, keys: RepoKeys): Promise<number> {
  const [newest, ...older] = keys;
  if (!newest || older.length === 0) return 0;
  const known = new Set(older.map(repoKeyId));
  let count = 0;
  const rows = await db
    .select()
    .from(repoCredentials)
    .where(ne(repoCredentials.key_id, repoKeyId(newest)))
    .limit(batchSize);
  for (const row of rows.filter(({ key_id }) => known.has(key_id))) {
    const token = openRepoToken(keys, row, { projectId: row.project_id, host: row.host });
    const updated = await db
      .update(repoCredentials)
      .set(sealRepoToken(keys, token))
      // Whoever has set another token meanwhile has used the newest key already.
      .where(
        and(eq(repoCredentials.project_id, row.project_id), eq(repoCredentials.encrypted_token, row.encrypted_token)),
      )
      .returning({ project_id: repoCredentials.project_id });
    count += updated.length;
  }
  return count === batchSize ? count + (await resealRepoTokens(db, keys)) : count;
}
