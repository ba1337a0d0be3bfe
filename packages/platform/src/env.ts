import { z } from "zod";
import type { StorageOptions } from "./storage/client.ts";

/**
 * Reads and checks the environment. An empty variable counts as absent.
 *
 * @throws One error that names every variable that is wrong, so that a start is mended in one go.
 * @example
 * const env = readEnvironment(z.object({ HIVESYNC_API_PORT: port.default(4000) }));
 */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  source: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The environment is not right:\n${lines.join("\n")}`);
}

/** A TCP port as text; 0 means any free one. */
export const port = z.coerce.number().int().min(0).max(65_535);

/** A whole number above zero, as text. */
export const count = z.coerce.number().int().min(1);

/** `true` or `false`. */
export const flag = z.enum(["true", "false"]).transform((value) => value === "true");

/** Origins of pages, with commas between. */
export const origins = z.string().transform(listOf).pipe(z.array(z.url()));

/** A secret of at least 32 bytes in base64. */
export const base64Secret = z
  .base64()
  .transform((value) => Buffer.from(value, "base64"))
  .refine((bytes) => bytes.length >= 32, "must be at least 32 bytes in base64");

/** Keys in base64 with commas between, newest first: the first one is used for what is new, all of them for what is there. */
export const base64Secrets = z.string().transform(listOf).pipe(z.array(base64Secret).min(1));

/** Where Redis is and what all our keys begin with, so that several stacks may share one. */
export const redisVariables = {
  /** Redis or Valkey, as `redis://:password@host:6379`, or `rediss://` with TLS. It must never evict keys (`noeviction`). */
  HIVESYNC_REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** What all our keys begin with, so that several stacks may share one server. */
  HIVESYNC_REDIS_PREFIX: z.string().default(""),
};

/** Where the objects are. The public endpoint is what clients reach, when it differs. */
export const storageVariables = {
  /** The object store (S3 protocol), as this process reaches it. Buckets are named in the path. */
  HIVESYNC_S3_ENDPOINT: z.url(),
  /** The store as clients reach it, where that differs: presigned URLs name it. */
  HIVESYNC_S3_PUBLIC_ENDPOINT: z.url().optional(),
  /** What requests are signed for. */
  HIVESYNC_S3_REGION: z.string().default("us-east-1"),
  /** It must be there; `pnpm storage:prepare` makes it. */
  HIVESYNC_S3_BUCKET: z.string().min(3),
  /** A key that may read, write, list and delete in the bucket, and no more. */
  HIVESYNC_S3_ACCESS_KEY_ID: z.string().min(1),
  /** The secret of that key. */
  HIVESYNC_S3_SECRET_ACCESS_KEY: z.string().min(1),
};

type StorageVariables = z.output<z.ZodObject<typeof storageVariables>>;

/** The storage variables as the storage client takes them. */
export function toStorageOptions(env: StorageVariables): StorageOptions {
  return {
    endpoint: env.HIVESYNC_S3_ENDPOINT,
    publicEndpoint: env.HIVESYNC_S3_PUBLIC_ENDPOINT,
    region: env.HIVESYNC_S3_REGION,
    bucket: env.HIVESYNC_S3_BUCKET,
    accessKeyId: env.HIVESYNC_S3_ACCESS_KEY_ID,
    secretAccessKey: env.HIVESYNC_S3_SECRET_ACCESS_KEY,
  };
}

function listOf(value: string): string[] {
  return value.split(",").map((part) => part.trim());
}

/** How workers sign their callbacks. */
export const workerSecretVariables = {
  /** Secrets that callbacks are signed with, of at least 32 bytes in base64; several with commas between while they are changed, newest first: the first one signs, all are accepted. */
  HIVESYNC_WORKER_SECRETS: z
    .string()
    .transform(listOf)
    .pipe(z.array(z.base64().min(44, "each secret must be at least 32 bytes in base64")).min(1)),
};

/** Which repositories are mirrored, and what their tokens are encrypted under. */
export const repoVariables = {
  /** Encrypts the tokens of repositories. At least 32 bytes in base64; several with commas between while it is changed, newest first. */
  HIVESYNC_REPO_KEY: base64Secrets,
  /** The hosts that repositories are mirrored from, each with its port where that is not 443 (which is dropped, as an address drops it). */
  HIVESYNC_REPO_HOSTS: z
    .string()
    .default("github.com,gitlab.com,bitbucket.org,codeberg.org")
    .transform((hosts) => listOf(hosts.toLowerCase()).map((host) => host.replace(/:443$/, "")))
    .pipe(z.array(z.string().regex(/^[a-z0-9.-]+(?::\d{1,5})?$/, "each a host such as github.com"))),
};

export const logVariables = {
  /** The least that is logged. */
  HIVESYNC_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
};
