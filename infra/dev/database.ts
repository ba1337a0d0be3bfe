import { openDatabase } from "@hivesync/db/client";
import { migrate, type ProcessRole, type RolePasswords } from "@hivesync/db/migrate";
import { sql } from "drizzle-orm";
import type { DevEnvironment } from "./env.ts";
import type { DevSecrets } from "./secrets.ts";

/** Makes the database on the server unless it is there. Returns its URL. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const { db, close } = openDatabase({ url: serverUrl, applicationName: "hivesync-dev", poolSize: 1 });
  try {
    const found = await db.execute(sql`SELECT 1 FROM pg_database WHERE datname = ${name}`);
    if (found.length === 0) await db.execute(sql`CREATE DATABASE ${sql.identifier(name)}`);
  } finally {
    await close();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** The addresses of one database, by the kind of process that signs in. */
export type DatabaseUrls = Record<"owner" | ProcessRole, string>;

function rolePasswords(env: DevEnvironment, secrets: DevSecrets): RolePasswords {
  if (env.HIVESYNC_DATABASE_URL === undefined) {
    return {
      api: secrets.database_password_api,
      worker: secrets.database_password_worker,
      maintenance: secrets.database_password_maintenance,
    };
  }
  // Roles belong to a whole server, so that of somebody else keeps its passwords unless it is given ours on purpose.
  const given = {
    api: env.HIVESYNC_DATABASE_PASSWORD_API,
    worker: env.HIVESYNC_DATABASE_PASSWORD_WORKER,
    maintenance: env.HIVESYNC_DATABASE_PASSWORD_MAINTENANCE,
  };
  return Object.fromEntries(Object.entries(given).filter(([, password]) => password !== undefined));
}

/** Brings the database to the newest schema. Each kind of process gets the login that may do least. */
export async function prepareDatabase(
  ownerUrl: string,
  { env, secrets }: { env: DevEnvironment; secrets: DevSecrets },
): Promise<{ urls: DatabaseUrls; applied: readonly string[] }> {
  const passwords = rolePasswords(env, secrets);
  const applied = await migrate(ownerUrl, passwords);
  const urlOf = (role: ProcessRole): string => {
    const password = passwords[role];
    if (password === undefined) return ownerUrl;
    const url = new URL(ownerUrl);
    url.username = `hivesync_${role}`;
    url.password = password;
    return url.href;
  };
  return {
    urls: { owner: ownerUrl, api: urlOf("api"), worker: urlOf("worker"), maintenance: urlOf("maintenance") },
    applied,
  };
}
