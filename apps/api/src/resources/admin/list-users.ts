import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { users } from "@hivesync/db/schema/users";
import { and, eq, sql } from "drizzle-orm";
import { afterCursor, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { findUsers, searchUsers } from "./find-users.ts";

export const listUsers = operation(api.admin.listUsers, async ({ deps, input }) => {
  const { q, tier, disabled } = input;
  const which = and(
    tier === undefined ? undefined : eq(users.tier, tier),
    // As the index has it.
    disabled === undefined ? undefined : sql`num_nulls(${users.disabled_at}) = ${disabled ? 0 : 1}`,
    afterCursor(users, input),
  );
  const wanted = { which, ...pageWindow(input) };
  return toPage(await (q === undefined ? findUsers(deps.db, wanted) : searchUsers(deps.db, q, wanted)), input);
});
