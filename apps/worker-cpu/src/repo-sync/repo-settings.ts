import type { RemoteAccess } from "@hivesync/git-mirror/remote";
import type { RepoKeys } from "@hivesync/platform/repo-tokens";
import type { MirrorCache } from "./mirror-cache.ts";

/** What repositories are mirrored with. */
export interface RepoSettings {
  /** What tokens are encrypted under. */
  keys: RepoKeys;
  access: RemoteAccess;
  mirrors: MirrorCache;
}
