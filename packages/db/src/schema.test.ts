import { readdir } from "node:fs/promises";
import { createTestStack } from "@hivesync/testing/test-stack";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";

const stack = await createTestStack();
const sql = postgres(stack.databaseUrls.superuser, { max: 1 });
afterAll(async () => {
  await sql.end();
  await stack[Symbol.asyncDispose]();
});

interface Column {
  table: string;
  column: string;
  type: string;
  nullable: boolean;
}

const byName = (a: Column, b: Column): number => `${a.table}.${a.column}`.localeCompare(`${b.table}.${b.column}`);

async function declaredColumns(): Promise<Column[]> {
  const files = await readdir(new URL("./schema/", import.meta.url));
  const modules = await Promise.all(
    files.map((file) => import(`./schema/${file.replace(/\.ts$/, "")}.ts`) as Promise<Record<string, unknown>>),
  );
  const tables = modules.flatMap((module) => Object.values(module)).filter((value) => value instanceof PgTable);
  return tables.flatMap((table) => {
    const { name, columns } = getTableConfig(table);
    return columns.map((column) => ({
      table: name,
      column: column.name,
      type: column.getSQLType(),
      nullable: !column.notNull && !column.primary,
    }));
  });
}

async function migratedColumns(): Promise<Column[]> {
  return sql<Column[]>`
    SELECT c.relname AS table, a.attname AS column, NOT a.attnotnull AS nullable,
      replace(format_type(a.atttypid, a.atttypmod), 'timestamp(3) with time zone', 'timestamptz(3)') AS type
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname <> 'schema_migrations'`;
}

test("the tables in code are the tables that the migrations make, column by column", async () => {
  const declared = await declaredColumns();
  expect(declared.length).toBeGreaterThan(100);
  expect(declared.toSorted(byName)).toEqual([...(await migratedColumns())].toSorted(byName));
});

test("every foreign key has an index that begins with its columns, so that a deletion does not scan", async () => {
  const missing = await sql`
    SELECT conrelid::regclass::text AS table, conname FROM pg_constraint k
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`;
  expect([...missing]).toEqual([]);
});

const refusedEnums = [
  ["users", "tier", "Gold"],
  ["team_members", "role", "King"],
  ["tasks", "status", "LATER"],
  ["preview_sessions", "status", "LOST"],
  ["preview_sessions", "queue", "elsewhere"],
  ["ai_jobs", "job_type", "poetry"],
] as const;

test.each(refusedEnums)("%s.%s is one of its words, in the database too", async (table, column, value) => {
  const [constraint] = await sql<{ definition: string }[]>`
    SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE conrelid = ${table}::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE ${`%${column} = ANY%`}`;
  expect(constraint?.definition).toBeDefined();
  expect(constraint?.definition).not.toContain(value);
});
