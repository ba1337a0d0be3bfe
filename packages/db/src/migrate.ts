import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import postgres from "postgres";

const migrationsFolder = fileURLToPath(new URL("../migrations/", import.meta.url));

// Any number that no other program locks by; all of ours agree on it.
const advisoryLock = 7_485_001;

/** A kind of process with a database role of its own. */
export type ProcessRole = "api" | "worker" | "maintenance";

/** Passwords to set, so that the roles can sign in; a role without one stays NOLOGIN and can be granted to a login of the operator's. */
export type RolePasswords = Partial<Record<ProcessRole, string>>;

interface Migration {
  name: string;
  text: string;
  checksum: string;
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(migrationsFolder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(migrationsFolder + name, "utf8");
      return { name, text, checksum: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

async function applyMissing(sql: postgres.Sql, migrations: readonly Migration[]): Promise<string[]> {
  await sql`CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;
  const rows = await sql<{ name: string; checksum: string }[]>`SELECT name, checksum FROM schema_migrations`;
  const known = new Map(rows.map((row) => [row.name, row.checksum]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const checksum = known.get(migration.name);
    if (checksum === migration.checksum) continue;
    if (checksum !== undefined)
      throw new Error(`${migration.name} was changed after it was applied. Add a new migration instead.`);
    await sql.begin(async (transaction) => {
      await transaction.unsafe(migration.text);
      await transaction`INSERT INTO schema_migrations (name, checksum) VALUES (${migration.name}, ${migration.checksum})`;
    });
    applied.push(migration.name);
  }
  return applied;
}

/**
 * Brings a database to the newest schema. Safe to run from several processes at once: one works, the others wait and find nothing to do.
 *
 * @param url - A database address whose user may make tables and roles.
 * @param through - The last migration to apply. Default: the newest.
 * @returns The names of the migrations applied by this call.
 * @throws When an applied file was edited since, or a statement fails; that file's changes are then rolled back.
 */
export async function migrate(url: string, passwords: RolePasswords = {}, through?: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql`SELECT pg_advisory_lock(${advisoryLock})`;
    const migrations = await readMigrations();
    if (through !== undefined && !migrations.some(({ name }) => name === through))
      throw new Error(`There is no migration ${through} here: this is an older version.`);
    const wanted = migrations.filter(({ name }) => through === undefined || name <= through);
    const applied = await applyMissing(sql, wanted);
    for (const [role, password] of Object.entries(passwords)) {
      // ALTER ROLE takes no parameters; quote_literal does the quoting on the server.
      const [quoted] = await sql<{ text: string }[]>`SELECT quote_literal(${password}) AS text`;
      await sql.unsafe(`ALTER ROLE hivesync_${role} LOGIN PASSWORD ${quoted?.text ?? ""}`);
    }
    return applied;
  } finally {
    await sql.end();
  }
}
