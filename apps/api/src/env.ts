import path from "node:path";
import {
  base64Secrets,
  count,
  flag,
  logVariables,
  origins,
  port,
  readEnvironment,
  redisVariables,
  repoVariables,
  storageVariables,
  workerSecretVariables,
} from "@hivesync/platform/env";
import { tierVariables } from "@hivesync/platform/tier-overrides";
import { z } from "zod";
import { longestNoticeMs } from "./track-requests.ts";

export const apiVariables = z.object({
  ...logVariables,
  ...redisVariables,
  ...storageVariables,
  ...workerSecretVariables,
  ...tierVariables,
  ...repoVariables,
  /** Signs in as the role `hivesync_api`. */
  HIVESYNC_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** The most connections of this process to Postgres. */
  HIVESYNC_DATABASE_POOL_SIZE: count.default(20),
  /** The address that is listened on; `0.0.0.0` for all. */
  HIVESYNC_API_HOST: z.string().default("127.0.0.1"),
  /** The port that is listened on; 0 for any free one. */
  HIVESYNC_API_PORT: port.default(4000),
  /** The origin that clients see; the one that the API listens on when absent. */
  HIVESYNC_PUBLIC_URL: z.url().optional(),
  /** Encrypts signing keys and derives the keys of refresh tokens and device codes. At least 32 bytes in base64; several while it is changed, newest first. */
  HIVESYNC_MASTER_KEY: base64Secrets,
  /** Origins of other pages that may call the API, with commas between. */
  HIVESYNC_CORS_ORIGINS: origins.default([]),
  /** Addresses or ranges of the proxies in front, whose X-Forwarded-For is believed. */
  HIVESYNC_TRUSTED_PROXIES: z.string().optional(),
  /**
   * How long after SIGTERM the API still takes calls while `/health` says 503, in milliseconds: what a balancer needs to turn away. 0 where none
   * is in front.
   */
  HIVESYNC_DRAIN_NOTICE_MS: z.coerce.number().int().min(0).max(longestNoticeMs).default(0),
  /** Per-address limits do not count loopback. For development alone. */
  HIVESYNC_UNLIMITED_LOOPBACK: flag.default(false),
  /** Where the admin console was built to, which is served at `/admin`. */
  HIVESYNC_ADMIN_CONSOLE_DIRECTORY: z.string().default(path.resolve(import.meta.dirname, "../../admin-console/dist")),
  /** Opens /metrics to whoever shows it as a bearer token. Without it there is no such address. */
  HIVESYNC_METRICS_TOKEN: z.string().min(16).optional(),
  /** Output is parsed by its schema before it is sent. Costs up to 0.3 ms per 50 rows. */
  HIVESYNC_CHECK_OUTPUT: flag.default(false),
});

export type ApiEnvironment = z.output<typeof apiVariables>;

/** The API's settings from the environment. */
export function readApiEnvironment(source?: Readonly<Record<string, string | undefined>>): ApiEnvironment {
  return readEnvironment(apiVariables, source);
}
