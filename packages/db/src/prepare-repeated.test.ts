import { createTestStack } from "@hivesync/testing/test-stack";
import { eq, sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { openDatabase, type Queryable } from "./client.ts";
import { users } from "./schema/users.ts";

const stack = await createTestStack();
// One connection: what was prepared is seen by whoever asks for it.
const { db, close } = openDatabase({ url: stack.databaseUrls.api, applicationName: "prepare-test", poolSize: 1 });
afterAll(async () => {
  await close();
  await stack[Symbol.asyncDispose]();
});

const id = "0199d3a0-0000-7000-8000-000000000001";

async function preparedWith(text: string): Promise<number> {
  const rows = await db.execute(sql`SELECT statement FROM pg_prepared_statements`);
  return rows.filter(({ statement }) => String(statement).includes(text)).length;
}

async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time += 1) await work();
}

test("a statement is prepared once it has come six times", async () => {
  const find = () => db.select({ tier: users.tier }).from(users).where(eq(users.id, id));
  await times(5, find);
  expect(await preparedWith(`select "tier"`)).toBe(0);
  expect(await find()).toEqual([]);
  expect(await preparedWith(`select "tier"`)).toBe(1);
});

test("so is one in a transaction, and in one within it; what they answer and undo stays the same", async () => {
  const email = "prepared@example.com";
  const insert = (transaction: Queryable) =>
    transaction
      .insert(users)
      .values({ id, email, username: "prepared", password_hash: "-" })
      .returning({ email: users.email });
  const undone = new Error("undone");
  await times(8, async () => {
    const work = db.transaction(async (outer) => {
      await outer.transaction(async (inner) => {
        expect(await insert(inner)).toEqual([{ email }]);
        throw undone;
      });
    });
    await expect(work).rejects.toBe(undone);
  });
  expect(await preparedWith(`insert into "users"`)).toBe(1);
  expect(await db.select({ id: users.id }).from(users)).toEqual([]);
});

test("an insert of many rows is not: its text is another with each number of them", async () => {
  const rows = Array.from({ length: 100 }, (_, index) => ({
    id: `0199d3a0-0000-7000-8000-${String(index).padStart(12, "0")}`,
    email: `${index}@example.com`,
    username: `user_${index}`,
    password_hash: "-",
  }));
  await times(8, () => db.insert(users).values(rows).onConflictDoNothing());
  expect(await preparedWith("on conflict")).toBe(0);
});
