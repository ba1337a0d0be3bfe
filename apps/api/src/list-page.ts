import type { PageRequest } from "@hivesync/contracts/pagination";
import { desc, sql, type Column, type SQL } from "drizzle-orm";

/** The two columns that every list is sorted by. */
export interface ListKey {
  created_at: Column;
  id: Column;
}

/** Newest first; the id settles the order of what was made in one millisecond. */
export function newestFirst(key: ListKey): SQL[] {
  return [desc(key.created_at), desc(key.id)];
}

/** The rows after the cursor: one comparison of both columns, which the list's index answers at any depth at the same cost. */
export function afterCursor(key: ListKey, page: PageRequest): SQL | undefined {
  return (
    page.cursor &&
    sql`(${key.created_at}, ${key.id}) < (${page.cursor.created_at}::timestamptz, ${page.cursor.id}::uuid)`
  );
}

/** One row more than asked for, to know whether there are more; an offset only where no cursor says where to begin. */
export function pageWindow(page: PageRequest): { limit: number; offset: number } {
  return { limit: page.limit + 1, offset: page.cursor ? 0 : page.offset };
}
