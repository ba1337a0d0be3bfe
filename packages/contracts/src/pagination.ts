import { z } from "zod";

/** The place after which a page begins: the sort key of the last row seen. Lists run newest first, so a page holds what is older. */
export interface Cursor {
  created_at: string;
  id: string;
}

const cursorShape = z.tuple([z.iso.datetime({ precision: 3 }), z.uuid()]);

/** Cursor to its opaque wire form. */
export function encodeCursor(cursor: Cursor): string {
  return btoa(JSON.stringify([cursor.created_at, cursor.id]))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function decodeCursor(wire: string): Cursor | undefined {
  try {
    const parsed = cursorShape.safeParse(JSON.parse(atob(wire.replaceAll("-", "+").replaceAll("_", "/"))));
    // Postgres knows no year 0, and no row of ours is older than this.
    return parsed.success && parsed.data[0] >= "1970" ? { created_at: parsed.data[0], id: parsed.data[1] } : undefined;
  } catch {
    return undefined;
  }
}

const cursorSchema = z
  .string()
  .max(200)
  .transform((wire, context): Cursor => {
    const cursor = decodeCursor(wire);
    if (cursor) return cursor;
    context.addIssue("must be a next_cursor of an earlier page");
    return z.NEVER;
  });

/** Input fields of every list. `cursor` goes to any depth at the same cost and wins over `offset`. */
export const pageInput = {
  limit: z.int().min(1).max(100).default(50).meta({ description: "How many rows a page has." }),
  offset: z.int().min(0).max(10_000).default(0).meta({ description: "How many rows to skip." }),
  cursor: cursorSchema.optional().meta({ description: "`next_cursor` of an earlier page. It wins over `offset`." }),
};

/** What a list operation is told about the page after parsing. */
export interface PageRequest {
  limit: number;
  offset: number;
  cursor?: Cursor | undefined;
}

/** One page of a list, newest first. `next_cursor` is null on the last page. */
export interface Page<Item> {
  items: Item[];
  limit: number;
  offset: number;
  has_more: boolean;
  next_cursor: string | null;
}

type PageSchema<Item extends z.ZodType> = z.ZodObject<
  {
    items: z.ZodArray<Item>;
    limit: z.ZodNumber;
    offset: z.ZodNumber;
    has_more: z.ZodBoolean;
    next_cursor: z.ZodNullable<z.ZodString>;
  },
  z.core.$strict
>;

/** Output schema of a list of `item`. */
export function pageOf<Item extends z.ZodType>(item: Item): PageSchema<Item> {
  return z.strictObject({
    items: z.array(item),
    limit: z.number(),
    offset: z.number(),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  });
}

/** The page of a list that holds no more than these. */
export function onlyPage<Item>(items: Item[]): Page<Item> {
  return { items, limit: 50, offset: 0, has_more: false, next_cursor: null };
}

/** Makes a page of `limit + 1` rows read: the row too many says that there is more. */
export function toPage<Item extends { id: string; created_at: string }>(
  rows: readonly Item[],
  request: PageRequest,
): Page<Item> {
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  const hasMore = rows.length > request.limit;
  return {
    items,
    limit: request.limit,
    offset: request.cursor ? 0 : request.offset,
    has_more: hasMore,
    next_cursor: hasMore && last ? encodeCursor({ created_at: last.created_at, id: last.id }) : null,
  };
}
