import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import postgres, { type TransactionSql } from "postgres";
import { migrate, type RolePasswords } from "../migrate.ts";
import { readManifest, tableFile, type Manifest } from "./manifest.ts";

async function assertEmpty(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const found =
      await sql`SELECT 1 FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LIMIT 1`;
    if (found.length > 0) throw new Error("The database has tables already. Restore into a new one.");
  } finally {
    await sql.end();
  }
}

async function readTable(sql: TransactionSql, folder: string, table: Manifest["tables"][number]): Promise<void> {
  const { name, columns, rows } = table;
  const target = await sql`COPY ${sql(name)} (${sql(columns)}) FROM STDIN`.writable();
  await pipeline(createReadStream(tableFile(folder, name)), createGunzip(), target);
  const [found] = await sql<{ count: number }[]>`SELECT count(*)::float8 AS count FROM ${sql(name)}`;
  if (found?.count !== rows) throw new Error(`${name} has ${found?.count ?? 0} rows in place of ${rows}.`);
}

/**
 * Brings what {@link dumpDatabase} wrote into an empty database, all or nothing, and that to the newest schema.
 *
 * @param url - Of the database's owner, who may make tables and roles.
 * @param folder - Of a dump of this version of HiveSync or an older one.
 * @example
 * await restoreDatabase(url, "backup-2026-11-25", { api: password });
 */
export async function restoreDatabase(url: string, folder: string, passwords: RolePasswords = {}): Promise<Manifest> {
  const manifest = await readManifest(folder);
  await assertEmpty(url);
  // The tables as they were when the rows were written; what has come since then is applied to rows as well.
  await migrate(url, {}, manifest.migration);
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.begin(async (transaction) => {
      for (const table of manifest.tables) await readTable(transaction, folder, table);
    });
    await sql`ANALYZE`;
  } finally {
    await sql.end();
  }
  await migrate(url, passwords);
  return manifest;
}
