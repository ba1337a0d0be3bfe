import type { Queryable } from "@hivesync/db/client";
import { refreshTokens } from "@hivesync/db/schema/refresh-tokens";
import { inArray } from "drizzle-orm";
import type { RefreshTokens } from "./refresh-tokens.ts";

/**
 * The successor that was stored for a token. While the master key is changed another process may have made it by another key than ours is; at all
 * other times nothing is looked up.
 */
export async function storedSuccessor(queryable: Queryable, tokens: RefreshTokens, token: string): Promise<string> {
  const candidates = tokens.successors(token);
  const [newest, ...older] = candidates;
  if (older.length === 0) return newest;
  const rows = await queryable
    .select({ hash: refreshTokens.hash })
    .from(refreshTokens)
    .where(inArray(refreshTokens.hash, candidates.map(tokens.hash)));
  const stored = new Set(rows.map(({ hash }) => hash));
  return candidates.find((candidate) => stored.has(tokens.hash(candidate))) ?? newest;
}
