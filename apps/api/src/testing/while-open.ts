import { waitUntil } from "@hivesync/testing/wait-until";
import type { TransactionSql } from "postgres";
import type { TestApi } from "./start-test-api.ts";

/** A change that another process has made and not committed yet. */
export interface OpenChange<Result> {
  change: (sql: TransactionSql) => Promise<unknown>;
  /** What is started meanwhile, and waits for the locks of the change. */
  meanwhile: () => Promise<Result>;
  /** How many statements wait before the change is committed. */
  waiting?: number;
}

/** Two things at once, in an order that is sure: what is started meanwhile has been admitted, waits, and goes on after the commit. */
export async function whileOpen<Result>(api: TestApi, open: OpenChange<Result>): Promise<Result> {
  const started = await api.sql.begin(async (sql) => {
    await open.change(sql);
    const result = open.meanwhile();
    await waitUntil(
      () => api.sql`SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      (rows) => rows.length >= (open.waiting ?? 1),
    );
    // Within an object: a promise that is returned from here would be waited for before the commit.
    return { result };
  });
  return started.result;
}
