import { createTestStack } from "@hivesync/testing/test-stack";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { migrate } from "./migrate.ts";

const stack = await createTestStack();
const url = stack.databaseUrls.superuser;
const sql = postgres(url, { max: 1, onnotice: () => undefined });
afterAll(async () => {
  await sql.end();
  await stack[Symbol.asyncDispose]();
});

test("a database that is up to date is left alone", async () => {
  expect(await migrate(url)).toEqual([]);
});

test("of several that migrate an empty database at once, one does the work and none fails", async () => {
  await sql`DROP SCHEMA public CASCADE`;
  await sql`CREATE SCHEMA public`;
  const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  const [users] = await sql`SELECT count(*)::int AS count FROM users`;
  expect(users).toEqual({ count: 0 });
});

test("a migration that was edited after it was applied is refused by name", async () => {
  await sql`UPDATE schema_migrations SET checksum = 'another' WHERE name = '0001_initial.sql'`;
  await expect(migrate(url)).rejects.toThrow(/0001_initial\.sql was changed/);
});
