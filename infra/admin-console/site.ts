import type { TestStack } from "@hivesync/testing/stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import postgres, { type Sql } from "postgres";
import { registerRestUser, type RestUser } from "#faults/rest-user.ts";
import { prepareProcesses, type Processes } from "#faults/start-processes.ts";
import { buildConsole } from "./build-console.ts";

/** A site with an admin, as its console sees it: a real API with the built console, and workers when they are started. */
export interface Site extends AsyncDisposable {
  origin: string;
  processes: Processes;
  /** The database as its superuser, to arrange and to look. */
  sql: Sql;
  admin: RestUser;
}

/** Makes an admin of a user, and waits until the API takes them for one. */
async function makeAdmin(sql: Sql, { username, call }: RestUser): Promise<void> {
  await sql`UPDATE users SET tier = 'Admin' WHERE username = ${username}`;
  await waitUntil(
    () => call("GET /admin/workers"),
    ({ status }) => status === 200,
  );
}

/** Builds the console where that is due, and starts an API that serves it. */
export async function openSite(stack: TestStack): Promise<Site> {
  await buildConsole();
  const processes = await prepareProcesses(stack);
  await processes.startApi();
  const sql = postgres(stack.databaseUrls.superuser, { max: 2, onnotice: () => undefined });
  const admin = await registerRestUser(processes.apiUrl);
  await makeAdmin(sql, admin);
  return {
    origin: processes.apiUrl,
    processes,
    sql,
    admin,
    [Symbol.asyncDispose]: async () => {
      await processes[Symbol.asyncDispose]();
      await sql.end();
    },
  };
}
