import type { AdminUser } from "@hivesync/contracts/operator";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { Transaction } from "#transaction.ts";
import { adminUserColumns } from "./admin-user-columns.ts";

/**
 * The user, locked. One change of who runs the site at a time: of two Admins who unmake each other at once, the second sees that it is the last.
 *
 * @throws AppError NOT_FOUND
 */
export async function lockUser(transaction: Transaction, id: string): Promise<AdminUser> {
  await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended('site admins', 0))`);
  const [user] = await transaction.select(adminUserColumns).from(users).where(eq(users.id, id)).for("update");
  if (!user) throw new AppError("NOT_FOUND");
  return user;
}

/** @throws AppError CONFLICT when nobody else could run the site: a disabled Admin cannot */
export async function requireOtherAdmin(transaction: Transaction, id: string): Promise<void> {
  const [other] = await transaction
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.tier, "Admin"), isNull(users.disabled_at), ne(users.id, id)))
    .limit(1);
  if (!other)
    throw new AppError("CONFLICT", { publicMessage: "The last Admin stays: make someone else an Admin first." });
}
