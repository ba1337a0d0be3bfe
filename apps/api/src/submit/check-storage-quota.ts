import type { ManifestFile } from "@hivesync/contracts/paths";
import type { Queryable } from "@hivesync/db/client";
import { blobs } from "@hivesync/db/schema/blobs";
import { teams } from "@hivesync/db/schema/teams";
import { users } from "@hivesync/db/schema/users";
import { and, eq, gt, isNotNull, or, sql } from "drizzle-orm";
import { quotaExceeded } from "#rate-limit/limits.ts";
import type { Settings } from "#settings.ts";

/**
 * What the team's store holds with the missing files, by the tier of the team's Owner. What was announced and never uploaded counts for an
 * hour: its upload URL has long expired then.
 *
 * @throws AppError QUOTA_EXCEEDED
 */
export async function checkStorageQuota(
  db: Queryable,
  settings: Settings,
  upload: { teamId: string; missing: readonly Pick<ManifestFile, "sha256" | "size">[] },
): Promise<void> {
  const { teamId, missing } = upload;
  const hashes = missing.map(({ sha256 }) => sha256);
  const [owner] = await db
    .select({ tier: users.tier })
    .from(teams)
    .innerJoin(users, eq(users.id, teams.owner_id))
    .where(eq(teams.id, teamId));
  const [others] = await db
    .select({ bytes: sql<number>`coalesce(sum(${blobs.size}), 0)::float8` })
    .from(blobs)
    .where(
      and(
        eq(blobs.team_id, teamId),
        or(isNotNull(blobs.stored_at), gt(blobs.last_used_at, sql`now() - interval '1 hour'`)),
        sql`NOT ${blobs.sha256} = ANY(${sql.param(hashes)}::text[])`,
      ),
    );
  const limit = settings.tiers[owner?.tier ?? "Free"].storageBytes;
  const requested = missing.reduce((sum, { size }) => sum + size, others?.bytes ?? 0);
  if (requested > limit) throw quotaExceeded("storage", { limit, requested });
}
