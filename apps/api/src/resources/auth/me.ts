import { api } from "@hivesync/contracts/api";
import { prepared } from "@hivesync/db/prepared";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { userColumns } from "#auth/sign-in.ts";
import { operation } from "#operation.ts";

const findUser = prepared((db) =>
  db
    .select(userColumns)
    .from(users)
    .where(eq(users.id, sql.placeholder("id")))
    .prepare("find_user"),
);

export const me = operation(api.auth.me, async ({ deps, actor }) => {
  const [user] = await findUser(deps.db).execute({ id: actor.userId });
  if (!user) throw new AppError("AUTH_INVALID");
  return user;
});
