import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { users } from "@hivesync/db/schema/users";
import { and, eq, sql, type SQL } from "drizzle-orm";
import type { z } from "zod";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { adminUserColumns } from "./admin-user-columns.ts";
import { isNamedBy } from "./is-named-by.ts";

type Asked = z.output<typeof api.admin.listUsers.input>;

function filters({ tier, disabled }: Asked): SQL | undefined {
  // As the index has it.
  const isAsAsked = disabled === undefined ? undefined : sql`num_nulls(${users.disabled_at}) = ${disabled ? 0 : 1}`;
  return and(tier === undefined ? undefined : eq(users.tier, tier), isAsAsked);
}

export const listUsers = operation(api.admin.listUsers, async ({ deps, input }) => {
  const { limit, offset } = pageWindow(input);
  const which = and(filters(input), afterCursor(users, input));
  const isNamed =
    input.q === undefined ? undefined : await isNamedBy(deps.db, input.q, { which, most: limit + offset });
  const rows = await deps.db
    .select(adminUserColumns)
    .from(users)
    .where(and(isNamed, which))
    .orderBy(...newestFirst(users))
    .limit(limit)
    .offset(offset);
  return toPage(rows, input);
});
