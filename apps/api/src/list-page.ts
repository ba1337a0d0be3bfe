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

/** The place that {@link pageValues} fills in: rows after the cursor. */
export const isAfterCursor = (key: ListKey): SQL =>
  sql`(${key.created_at}, ${key.id}) < (${sql.placeholder("after_time")}::timestamptz, ${sql.placeholder("after_id")}::uuid)`;

/** The places that {@link pageValues} fills in: how many rows, and how many before them are left out. */
export const pagePlaces = { limit: sql.placeholder("limit"), offset: sql.placeholder("offset") };

/** What a prepared list is given of the page: one row more than asked for, to know whether there are more; an offset only where no cursor says where to begin. */
export function pageValues(page: PageRequest): Record<"limit" | "offset", number> & Record<string, unknown> {
  return { ...pageWindow(page), after_time: page.cursor?.created_at, after_id: page.cursor?.id };
}

/** One row more than asked for, to know whether there are more; an offset only where no cursor says where to begin. */
export function pageWindow(page: PageRequest): { limit: number; offset: number } {
  return { limit: page.limit + 1, offset: page.cursor ? 0 : page.offset };
}
