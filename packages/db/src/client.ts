import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { toIsoInstant } from "./column-types.ts";
import { connectWithDeadline } from "./deadline-socket.ts";
import { createPoolWatch, type PoolState } from "./pool-watch.ts";
import { prepareRepeated } from "./prepare-repeated.ts";

const timestamptzOid = 1184;

/**
 * What the server is told of its disks. Its default, 4, is of disks that turn: by it a page of a list is now and then sorted out of all that fits instead of
 * read in order. (postgresql.org/docs/current/runtime-config-query.html: lower for solid-state drives)
 */
export const plannerSettings = { random_page_cost: 1.1 } as const;

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database` */
  url: string;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  /** Largest number of connections. */
  poolSize: number;
  /** The server ends a statement after this long. The client gives up on the connection half a second later. */
  statementTimeoutMs?: number;
}

export type { PoolState } from "./pool-watch.ts";

export type Database = PostgresJsDatabase;

/** A transaction, or the database itself: what a helper takes that may be called in either. */
export type Queryable = Pick<Database, "select" | "insert" | "update" | "delete" | "execute">;

/** An open pool. `close` waits for queries under way, for three seconds at most. */
export interface DatabaseHandle {
  db: Database;
  /** How the pool stands at this moment. */
  pool: () => PoolState;
  close: () => Promise<void>;
}

/**
 * Opens a pool of connections with Drizzle on it. Times come back as ISO strings; connections are made as they are needed.
 *
 * @example
 * const { db, close } = openDatabase({ url, applicationName: "hivesync-api", poolSize: 10 });
 */
export function openDatabase(options: DatabaseOptions): DatabaseHandle {
  const statementTimeoutMs = options.statementTimeoutMs ?? 4_000;
  const pool = createPoolWatch(options.poolSize);
  const client = postgres(options.url, {
    max: options.poolSize,
    connect_timeout: 3,
    idle_timeout: 60,
    onnotice: () => undefined,
    // Seconds before the next try to connect. The library's own wait grows to twenty: so long nobody would be served by a database that is back.
    backoff: (tries: number) => Math.min(0.05 * 2 ** tries, 1),
    connection: {
      application_name: options.applicationName,
      TimeZone: "UTC",
      statement_timeout: statementTimeoutMs,
      lock_timeout: Math.min(3_000, statementTimeoutMs),
      idle_in_transaction_session_timeout: 10_000,
      ...plannerSettings,
    },
    socket: (connection: { host: string[]; port: number[] }) =>
      connectWithDeadline(
        { host: connection.host[0] ?? "localhost", port: connection.port[0] ?? 5432 },
        statementTimeoutMs + 500,
        pool.add,
      ),
  } as postgres.Options<Record<string, never>>);
  prepareRepeated(client);
  const db = drizzle(client);
  // drizzle() replaces the parsers of times by ones that change nothing.
  client.options.parsers[timestamptzOid] = toIsoInstant;
  return { db, pool: pool.read, close: () => client.end({ timeout: 3 }) };
}
