import type { AdminUser } from "@hivesync/contracts/operator";
import type { Database } from "@hivesync/db/client";
import { users } from "@hivesync/db/schema/users";
import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import { union } from "drizzle-orm/pg-core";
import { z } from "zod";
import { newestFirst } from "#list-page.ts";
import { adminUserColumns } from "./admin-user-columns.ts";

/** Of the users whom `which` names, which come next in the list. */
export interface UsersWanted {
  which: SQL | undefined;
  limit: number;
  offset: number;
}

/** Users, newest first. */
export function findUsers(db: Database, { which, limit, offset }: UsersWanted): Promise<AdminUser[]> {
  return db
    .select(adminUserColumns)
    .from(users)
    .where(which)
    .orderBy(...newestFirst(users))
    .limit(limit)
    .offset(offset);
}

type Name = typeof users.email | typeof users.username;

// Indexes in the order of the list are there for so many first letters (migration 0008).
const indexedLengths = [8, 4, 2, 1] as const;
/** Of so few the page is found by looking at them all. */
const fewUsers = 50;

// Sorts after whatever begins with the text that it is put to.
const lastCharacter = "\u{10ffff}";

/** Compared by bytes, as the index is, so that it is used whatever the database sorts by. */
function beginsWith(name: Name, text: string): SQL {
  return sql`lower(${name}) ~>=~ ${text} AND lower(${name}) ~<~ ${text + lastCharacter}`;
}

/** The ids of those whom the search names, when they are few. */
async function findFew(db: Database, text: string): Promise<string[] | undefined> {
  const few = (name: Name) =>
    db
      .select({ id: users.id })
      .from(users)
      .where(beginsWith(name, text))
      // In the order of the index: without one the planner may hope to come upon enough of them by reading the table.
      .orderBy(sql`lower(${name}) USING ~<~`)
      .limit(fewUsers + 1);
  const byName = union(few(users.email), few(users.username));
  const isId = z.uuid().safeParse(text).success;
  const ofId = db.select({ id: users.id }).from(users).where(eq(users.id, text));
  const rows = await (isId ? byName.union(ofId) : byName);
  return rows.length > fewUsers ? undefined : rows.map(({ id }) => id);
}

/** The same as the index by so many first letters has it; what is longer is looked at in its order. */
function beginsAsIndexed(name: Name, letters: readonly string[], indexed: number): SQL {
  const firstAre = (length: number): SQL =>
    sql`left(lower(${name}), ${sql.raw(String(length))}) = ${letters.slice(0, length).join("")}`;
  if (letters.length === indexed) return firstAre(indexed);
  // Within a CASE: of a comparison the planner believes that nearly nothing passes it, and would read and sort all that begins alike.
  return sql`${firstAre(indexed)} AND CASE WHEN ${firstAre(letters.length)} THEN true END`;
}

/**
 * Users whose email address or username begins with this, in any case, or whose id it is, newest first. All of them are looked at when they are few;
 * otherwise an index by the first letters has them in the order of the list.
 */
export async function searchUsers(db: Database, q: string, wanted: UsersWanted): Promise<AdminUser[]> {
  const letters = Array.from(q.toLowerCase());
  const indexed = indexedLengths.find((length) => length <= letters.length) ?? 1;
  const few = indexed === letters.length ? undefined : await findFew(db, letters.join(""));
  if (few) return findUsers(db, { ...wanted, which: and(inArray(users.id, few), wanted.which) });
  const newestBy = (name: Name) =>
    db
      .select(adminUserColumns)
      .from(users)
      .where(and(beginsAsIndexed(name, letters, indexed), wanted.which))
      .orderBy(...newestFirst(users))
      .limit(wanted.limit + wanted.offset);
  const found = union(newestBy(users.email), newestBy(users.username)).as("found");
  return db
    .select()
    .from(found)
    .orderBy(...newestFirst(found))
    .limit(wanted.limit)
    .offset(wanted.offset);
}
