import type { Tier, TierLimits } from "@hivesync/contracts/tiers";
import type { RepoKeys } from "@hivesync/platform/repo-tokens";
import packageJson from "../package.json" with { type: "json" };
import type { ApiEnvironment } from "./env.ts";

/** What operations need to know of how the process is set up. */
export interface Settings {
  version: string;
  /** The origin that clients see, without a slash at its end. */
  publicUrl: string;
  /** The origin of presigned URLs, which the viewer's page may frame. */
  storageOrigin: string;
  workerSecrets: readonly string[];
  tiers: Readonly<Record<Tier, TierLimits>>;
  /** Repository tokens are encrypted under the first, and decrypted under any. */
  repoKeys: RepoKeys;
  /** The hosts that repositories are mirrored from, as `repoHost` writes them. */
  repoHosts: readonly string[];
  checkOutput: boolean;
  /** What Prometheus shows; undefined where nobody may ask for metrics. */
  metricsToken: string | undefined;
  /** The folder of the built admin console, which need not be there. */
  adminConsoleDirectory: string;
}

export function toSettings(env: ApiEnvironment): Settings {
  const listening = `http://${env.HIVESYNC_API_HOST}:${env.HIVESYNC_API_PORT}`;
  return {
    version: packageJson.version,
    publicUrl: (env.HIVESYNC_PUBLIC_URL ?? listening).replace(/\/$/, ""),
    storageOrigin: new URL(env.HIVESYNC_S3_PUBLIC_ENDPOINT ?? env.HIVESYNC_S3_ENDPOINT).origin,
    workerSecrets: env.HIVESYNC_WORKER_SECRETS,
    tiers: env.HIVESYNC_TIERS,
    repoKeys: env.HIVESYNC_REPO_KEY,
    repoHosts: env.HIVESYNC_REPO_HOSTS,
    checkOutput: env.HIVESYNC_CHECK_OUTPUT,
    metricsToken: env.HIVESYNC_METRICS_TOKEN,
    adminConsoleDirectory: env.HIVESYNC_ADMIN_CONSOLE_DIRECTORY,
  };
}
