import path from "node:path";
import { defaultDesktopPort } from "@hivesync/contracts/desktop";
import { port, readEnvironment, storageVariables, toStorageOptions } from "@hivesync/platform/env";
import type { StorageOptions } from "@hivesync/platform/storage/client";
import { z } from "zod";

/** The root of the repository. */
export const repositoryRoot = path.resolve(import.meta.dirname, "../..");

/** Where everything of a stack is kept unless HIVESYNC_DEV_DIRECTORY says otherwise. */
export const defaultDirectory = path.join(repositoryRoot, ".hivesync");

const variables = z.object({
  /** Another folder holds another stack, which may run at the same time on other ports. */
  HIVESYNC_DEV_DIRECTORY: z.string().default(defaultDirectory),
  HIVESYNC_API_PORT: port.default(4000),
  HIVESYNC_OBJECT_STORE_PORT: port.default(4002),
  HIVESYNC_POSTGRES_PORT: port.default(4003),
  HIVESYNC_REDIS_PORT: port.default(4004),
  /** Any other that is free serves as well when this one is taken. */
  HIVESYNC_DESKTOP_PORT: port.default(defaultDesktopPort),
  HIVESYNC_API_HOST: z.string().optional(),
  HIVESYNC_PUBLIC_URL: z.url().optional(),
  /** A database to use instead of the embedded one. Its user must be able to make tables and roles. */
  HIVESYNC_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** For that database: set, the role gets this password and signs in by it; absent, the process signs in as the user above. */
  HIVESYNC_DATABASE_PASSWORD_API: z.string().optional(),
  HIVESYNC_DATABASE_PASSWORD_WORKER: z.string().optional(),
  HIVESYNC_DATABASE_PASSWORD_MAINTENANCE: z.string().optional(),
  /** A Redis to use instead of the embedded one. */
  HIVESYNC_REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  HIVESYNC_REDIS_PREFIX: z.string().default(""),
  HIVESYNC_MASTER_KEY: z.string().optional(),
  HIVESYNC_WORKER_SECRETS: z.string().optional(),
  HIVESYNC_REPO_KEY: z.string().optional(),
});

/** What `pnpm dev` is told by the environment. */
export type DevEnvironment = z.output<typeof variables> & {
  /** An S3 store to use instead of the embedded one; its bucket must be there. */
  storage: StorageOptions | undefined;
  /** The environment as it is, for the children. */
  inherited: Readonly<Record<string, string>>;
};

function readStorage(source: NodeJS.ProcessEnv): StorageOptions | undefined {
  if (!source.HIVESYNC_S3_ENDPOINT) return undefined;
  return toStorageOptions(readEnvironment(z.object(storageVariables), source));
}

/** @throws Error that names every variable that is wrong. */
export function readDevEnvironment(): DevEnvironment {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return {
    ...readEnvironment(variables),
    storage: readStorage(process.env),
    inherited: Object.fromEntries(inherited) as Record<string, string>,
  };
}
