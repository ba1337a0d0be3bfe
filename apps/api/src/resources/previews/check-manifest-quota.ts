import type { ManifestFile } from "@hivesync/contracts/paths";
import type { UserActor } from "#actor.ts";
import type { Deps } from "#deps.ts";
import { quotaExceeded } from "#rate-limit/limits.ts";

/** Files and bytes of one manifest, by the requester's tier. @throws AppError QUOTA_EXCEEDED */
export function checkManifestQuota(
  deps: Pick<Deps, "settings">,
  actor: Pick<UserActor, "tier">,
  files: readonly Pick<ManifestFile, "size">[],
): void {
  const { maxFiles, maxBytes } = deps.settings.tiers[actor.tier];
  if (files.length > maxFiles) throw quotaExceeded("files", { limit: maxFiles, requested: files.length });
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (bytes > maxBytes) throw quotaExceeded("bytes", { limit: maxBytes, requested: bytes });
}
