import type { Tier } from "@hivesync/contracts/tiers";
import { openDatabase, type Database } from "@hivesync/db/client";
import { users } from "@hivesync/db/schema/users";
import { createHiveSync } from "@hivesync/sdk";
import { eq, sql } from "drizzle-orm";

/** A user that a stack begins with. */
export interface Account {
  email: string;
  username: string;
  password: string;
  tier: Tier;
}

async function ensureAccount(account: Account, { db, apiUrl }: { db: Database; apiUrl: string }): Promise<void> {
  const { tier, ...login } = account;
  const isThisUser = eq(sql`lower(${users.email})`, account.email);
  const [known] = await db.select({ tier: users.tier }).from(users).where(isThisUser);
  // What a developer has made of the demo user since stays. The admin must be one: there is no other way to the first.
  if (known && (tier !== "Admin" || known.tier === tier)) return;
  if (!known) await createHiveSync({ baseUrl: apiUrl }).auth.register(login);
  await db.update(users).set({ tier }).where(isThisUser);
}

/** Registers the users that are not there yet, and gives them their tiers. */
export async function ensureAccounts(
  accounts: readonly Account[],
  { databaseUrl, apiUrl }: { databaseUrl: string; apiUrl: string },
): Promise<void> {
  const { db, close } = openDatabase({ url: databaseUrl, applicationName: "hivesync-dev", poolSize: 1 });
  try {
    for (const account of accounts) await ensureAccount(account, { db, apiUrl });
  } finally {
    await close();
  }
}
