import { count } from "@hivesync/platform/env";
import { z } from "zod";

function isAllowed(text: string): boolean {
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}

/** Where the npm packages of previewed projects come from. */
export const npmVariables = {
  /** The registry that packages of previewed projects come from, by https; http only on this machine. Default: the one of npm's own configuration. */
  HIVESYNC_NPM_REGISTRY: z
    .url({ protocol: /^https?$/ })
    .refine(isAllowed, "must be https, or on loopback, without a login in it")
    .optional(),
  /** Sent to that registry, as a bearer token. */
  HIVESYNC_NPM_TOKEN: z.string().min(1).optional(),
  /** Packages that were fetched. Workers of one machine may share it. Default: in the data directory. */
  HIVESYNC_WORKER_PACKAGES_DIRECTORY: z.string().min(1).optional(),
  /** The most bytes of fetched packages kept on the disk. Their bundles are beside the runtimes, at most 1 GB of them. */
  HIVESYNC_WORKER_PACKAGES_BYTES: count.default(4_000_000_000),
};
