import { randomBytes } from "node:crypto";
import type { StorageOptions } from "@hivesync/platform/storage/client";
import postgres from "postgres";
import { templateDatabase, type SharedServices } from "./shared-services.ts";

/** A stack of one test file: a database of its own, a Redis prefix of its own, the shared object store. */
export interface TestStack extends AsyncDisposable {
  /** Database addresses, by who signs in. `superuser` may do everything, for arranging and for looking. */
  databaseUrls: Record<"superuser" | "api" | "worker" | "maintenance", string>;
  redisUrl: string;
  redisPrefix: string;
  storage: StorageOptions;
  /** The worker-shared secret, base64. */
  workerSecret: string;
  /** The key that encrypts signing keys, base64. */
  masterKey: string;
  repoKey: string;
  /** The program that puts walls around builds, where there is one. */
  bubblewrap: string | undefined;
}

function addressOf(base: string, database: string, login?: { user: string; password: string }): string {
  const url = new URL(base);
  url.pathname = `/${database}`;
  if (login) {
    url.username = login.user;
    url.password = login.password;
  }
  return url.href;
}

/** Makes a stack on services that run. Disposing drops the database. */
export async function createStack(services: SharedServices): Promise<TestStack> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const administrator = postgres(services.postgresUrl, { max: 1, onnotice: () => undefined });
  await administrator.unsafe(`CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`);
  const asRole = (role: string): string =>
    addressOf(services.postgresUrl, name, { user: `hivesync_${role}`, password: services.rolePassword });
  return {
    databaseUrls: {
      superuser: addressOf(services.postgresUrl, name),
      api: asRole("api"),
      worker: asRole("worker"),
      maintenance: asRole("maintenance"),
    },
    redisUrl: services.redisUrl,
    redisPrefix: `${name}:`,
    storage: services.storage,
    workerSecret: randomBytes(32).toString("base64"),
    masterKey: randomBytes(32).toString("base64"),
    repoKey: randomBytes(32).toString("base64"),
    bubblewrap: services.bubblewrap,
    [Symbol.asyncDispose]: async () => {
      await administrator.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
      await administrator.end();
    },
  };
}
