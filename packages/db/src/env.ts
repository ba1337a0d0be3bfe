import type { RolePasswords } from "./migrate.ts";

/** What `pnpm db:migrate` reads from the environment. */
export function readMigrateEnvironment(): { url: string; passwords: RolePasswords } {
  const url = process.env.HIVESYNC_DATABASE_URL;
  if (url === undefined || url === "") throw new Error("Set HIVESYNC_DATABASE_URL to the database to migrate.");
  const passwords: RolePasswords = {};
  for (const role of ["api", "worker", "maintenance"] as const) {
    const password = process.env[`HIVESYNC_DATABASE_PASSWORD_${role.toUpperCase()}`];
    if (password !== undefined) passwords[role] = password;
  }
  return { url, passwords };
}
