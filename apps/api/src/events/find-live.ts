import type { Tier } from "@hivesync/contracts/tiers";
import type { Database } from "@hivesync/db/client";
import { sessions } from "@hivesync/db/schema/sessions";
import { users } from "@hivesync/db/schema/users";
import { and, eq, gt, isNull, sql } from "drizzle-orm";

/** Which of these sessions have not ended, and of what tier their users are, in one query however many they are. */
export async function findLiveSessions(db: Database, ids: readonly string[]): Promise<Map<string, Tier>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: sessions.id, tier: users.tier })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.user_id))
    .where(
      and(
        sql`${sessions.id} = ANY(${sql.param(ids)}::uuid[])`,
        isNull(sessions.revoked_at),
        gt(sessions.expires_at, sql`now()`),
        isNull(users.disabled_at),
      ),
    );
  return new Map(rows.map(({ id, tier }) => [id, tier]));
}

/** Who reads a preview; null is whoever holds its link. */
export interface PreviewReader {
  previewId: string;
  userId: string | null;
}

/** Of these readers those who still may: members of the team, and holders of the link of a preview that was not cancelled or deleted. */
export async function findLivePreviews(db: Database, readers: readonly PreviewReader[]): Promise<PreviewReader[]> {
  if (readers.length === 0) return [];
  const previewIds = readers.map(({ previewId }) => previewId);
  const userIds = readers.map(({ userId }) => userId);
  const rows = await db.execute<{ preview_id: string; user_id: string | null }>(sql`
    SELECT w.preview_id, w.user_id
    FROM unnest(${sql.param(previewIds)}::uuid[], ${sql.param(userIds)}::uuid[]) AS w (preview_id, user_id)
    JOIN preview_sessions p ON p.id = w.preview_id
    JOIN projects r ON r.id = p.project_id
    LEFT JOIN team_members m ON m.team_id = r.team_id AND m.user_id = w.user_id
    WHERE m.id IS NOT NULL OR (w.user_id IS NULL AND p.status <> 'CANCELLED')`);
  return rows.map((row) => ({ previewId: row.preview_id, userId: row.user_id }));
}
