import type { ManifestFile } from "@hivesync/contracts/paths";
import type { Queryable } from "@hivesync/db/client";
import { readTeamStorage } from "@hivesync/db/team-storage";
import { quotaExceeded } from "#rate-limit/limits.ts";
import type { Settings } from "#settings.ts";

/**
 * What the team's store holds with the missing files, by the tier of the team's Owner.
 *
 * @throws AppError QUOTA_EXCEEDED
 */
export async function checkStorageQuota(
  db: Queryable,
  settings: Settings,
  upload: { teamId: string; missing: readonly Pick<ManifestFile, "sha256" | "size">[] },
): Promise<void> {
  const { teamId, missing } = upload;
  const { bytes, ownerTier } = await readTeamStorage(db, { teamId, beside: missing.map(({ sha256 }) => sha256) });
  const limit = settings.tiers[ownerTier].storageBytes;
  const requested = missing.reduce((sum, { size }) => sum + size, bytes);
  if (requested > limit) throw quotaExceeded("storage", { limit, requested });
}
