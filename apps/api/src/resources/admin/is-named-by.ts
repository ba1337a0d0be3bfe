import type { Database } from "@hivesync/db/client";
import { users } from "@hivesync/db/schema/users";
import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import { union } from "drizzle-orm/pg-core";
import { z } from "zod";
import { newestFirst } from "#list-page.ts";

type Name = typeof users.email | typeof users.username;

// Indexes in the order of the list are there for so many first letters (migration 0008).
const indexedLengths = [8, 4, 2, 1] as const;
/** Of so few the page is found by looking at them all. */
const fewUsers = 50;

// Sorts after whatever begins with the text that it is put to.
const lastCharacter = "\u{10ffff}";

/** Compared by bytes, as the index is, so that it is used whatever the database sorts by. */
function beginsWith(name: Name, text: string): SQL {
  return sql`(lower(${name}) ~>=~ ${text} AND lower(${name}) ~<~ ${text + lastCharacter})`;
}

/** The ids of those whom the search names, when they are few. */
async function findFew(db: Database, text: string): Promise<string[] | undefined> {
  const few = (which: SQL) =>
    db
      .select({ id: users.id })
      .from(users)
      .where(which)
      .limit(fewUsers + 1);
  const byName = union(few(beginsWith(users.email, text)), few(beginsWith(users.username, text)));
  const isId = z.uuid().safeParse(text).success;
  const rows = await (isId ? byName.union(few(eq(users.id, text))) : byName);
  return rows.length > fewUsers ? undefined : rows.map(({ id }) => id);
}

/** What a search is within, and how many of the newest are wanted. */
export interface SearchWithin {
  which: SQL | undefined;
  most: number;
}

/**
 * Of users whose email address or username begins with this, in any case, or whose id it is: all of them when they are few, the newest otherwise, which
 * an index by the first letters has in the order of the list.
 */
export async function isNamedBy(db: Database, q: string, { which, most }: SearchWithin): Promise<SQL> {
  const text = q.toLowerCase();
  const letters = [...text].length;
  const indexed = indexedLengths.find((length) => length <= letters) ?? 1;
  const few = indexed === letters ? undefined : await findFew(db, text);
  if (few) return inArray(users.id, few);
  const first = [...text].slice(0, indexed).join("");
  const newest = (name: Name) =>
    db
      .select({ id: users.id })
      .from(users)
      .where(and(sql`left(lower(${name}), ${sql.raw(String(indexed))}) = ${first}`, beginsWith(name, text), which))
      .orderBy(...newestFirst(users))
      .limit(most);
  return inArray(users.id, union(newest(users.email), newest(users.username)));
}
