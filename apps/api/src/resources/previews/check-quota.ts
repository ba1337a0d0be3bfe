import type { ManifestFile } from "@hivesync/contracts/paths";
import { blobs } from "@hivesync/db/schema/blobs";
import { teams } from "@hivesync/db/schema/teams";
import { users } from "@hivesync/db/schema/users";
import { eq, sql } from "drizzle-orm";
import type { UserActor } from "#actor.ts";
import type { Deps } from "#deps.ts";
import { quotaExceeded } from "#rate-limit/limits.ts";

/** Files and bytes of one manifest, by the requester's tier. @throws AppError QUOTA_EXCEEDED */
export function checkManifestQuota(
  deps: Pick<Deps, "settings">,
  actor: UserActor,
  files: readonly ManifestFile[],
): void {
  const { maxFiles, maxBytes } = deps.settings.tiers[actor.tier];
  if (files.length > maxFiles) throw quotaExceeded("files", { limit: maxFiles, requested: files.length });
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (bytes > maxBytes) throw quotaExceeded("bytes", { limit: maxBytes, requested: bytes });
}

/** What the team's store holds with the new files, by the tier of the team's Owner. @throws AppError QUOTA_EXCEEDED */
export async function checkStorageQuota(
  deps: Pick<Deps, "db" | "settings">,
  teamId: string,
  newBytes: number,
): Promise<void> {
  if (newBytes === 0) return;
  const used = deps.db
    .select({ bytes: sql<number>`coalesce(sum(${blobs.size}), 0)::float8`.as("bytes") })
    .from(blobs)
    .where(eq(blobs.team_id, teamId));
  const [[owner], [stored]] = await Promise.all([
    deps.db
      .select({ tier: users.tier })
      .from(teams)
      .innerJoin(users, eq(users.id, teams.owner_id))
      .where(eq(teams.id, teamId)),
    used,
  ]);
  const limit = deps.settings.tiers[owner?.tier ?? "Free"].storageBytes;
  const requested = (stored?.bytes ?? 0) + newBytes;
  if (requested > limit) throw quotaExceeded("storage", { limit, requested });
}
