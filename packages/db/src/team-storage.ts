import type { Tier } from "@hivesync/contracts/tiers";
import { eq, sql } from "drizzle-orm";
import type { Queryable } from "./client.ts";
import { blobs } from "./schema/blobs.ts";
import { teams } from "./schema/teams.ts";
import { users } from "./schema/users.ts";

/** Lets one upload of a team after the other be announced, until the transaction ends: together they could pass a limit that each of them keeps. */
export async function lockTeamStorage(transaction: Queryable, teamId: string): Promise<void> {
  await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`storage ${teamId}`}, 0))`);
}

/**
 * How much a team's storage holds beside the named contents, and the tier of the team's Owner, which says how much it may. What was announced
 * and never uploaded counts for an hour: its upload URL has long expired then.
 */
export async function readTeamStorage(
  db: Queryable,
  { teamId, beside }: { teamId: string; beside: readonly string[] },
): Promise<{ bytes: number; ownerTier: Tier }> {
  const [owner] = await db
    .select({ tier: users.tier })
    .from(teams)
    .innerJoin(users, eq(users.id, teams.owner_id))
    .where(eq(teams.id, teamId));
  const [held] = await db.execute<{ bytes: number }>(sql`
    SELECT coalesce(sum(b.size), 0)::float8 AS bytes
    FROM ${blobs} b LEFT JOIN unnest(${sql.param([...beside])}::text[]) AS named (sha256) ON named.sha256 = b.sha256
    WHERE b.team_id = ${teamId} AND named.sha256 IS NULL
      AND (b.stored_at IS NOT NULL OR b.last_used_at > now() - interval '1 hour')`);
  return { bytes: held?.bytes ?? 0, ownerTier: owner?.tier ?? "Free" };
}
