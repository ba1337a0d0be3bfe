import { createWriteStream } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { tableFile, writeManifest, type Manifest } from "./manifest.ts";

interface Table {
  name: string;
  columns: string[];
  /** Tables that its rows refer to. */
  refersTo: string[];
}

async function readTables(sql: TransactionSql): Promise<Table[]> {
  return sql<Table[]>`
    SELECT c.relname AS name,
      (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
      (SELECT coalesce(array_agg(DISTINCT f.confrelid::regclass::text), '{}') FROM pg_constraint f
        WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS "refersTo"
    FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'schema_migrations'
    ORDER BY c.relname`;
}

/** No table before those that it refers to. */
export function inOrder(tables: readonly Table[]): Table[] {
  const ordered: Table[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const free = left.filter(({ refersTo }) => !refersTo.some((name) => names.has(name)));
    if (free.length === 0) throw new Error(`Tables refer to each other in a ring: ${[...names].join(", ")}.`);
    ordered.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}

async function writeTable(sql: TransactionSql, folder: string, table: Table): Promise<Manifest["tables"][number]> {
  const { name, columns } = table;
  const rows = await sql`COPY ${sql(name)} (${sql(columns)}) TO STDOUT`.readable();
  let count = 0;
  // A line is a row: line feeds within values are written as \n.
  rows.on("data", (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 0x0a) count += 1;
  });
  await pipeline(rows, createGzip(), createWriteStream(tableFile(folder, name), { mode: 0o600 }));
  return { name, columns, rows: count };
}

async function writeAll(sql: TransactionSql, folder: string): Promise<Manifest> {
  const [state] = await sql<{ taken_at: string; migration: string | null }[]>`
    SELECT now()::text AS taken_at, (SELECT max(name) FROM schema_migrations) AS migration`;
  if (!state?.migration) throw new Error("The database has no tables of ours.");
  const tables: Manifest["tables"] = [];
  for (const table of inOrder(await readTables(sql))) tables.push(await writeTable(sql, folder, table));
  return { taken_at: state.taken_at, migration: state.migration, tables };
}

/**
 * Writes all rows of a database into a folder, as they are at one moment, while everybody goes on. Needs no programs of Postgres.
 *
 * @param url - Of a login that may read every table.
 * @param folder - Made where it is missing; must be empty. What is written is for this user's eyes alone: it holds password hashes.
 * @example
 * const { tables } = await dumpDatabase(url, "backup-2026-11-25");
 */
export async function dumpDatabase(url: string, folder: string): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty.`);
  const sql: Sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const manifest = await sql.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY", (transaction) =>
      writeAll(transaction, folder),
    );
    await writeManifest(folder, manifest);
    return manifest;
  } finally {
    await sql.end();
  }
}
