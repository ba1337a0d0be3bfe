import { createTestStack } from "@hivesync/testing/test-stack";
import { eq, gt, sql } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { openDatabase } from "./client.ts";
import { prepared, preparedFor } from "./prepared.ts";
import { notifications } from "./schema/notifications.ts";
import { users } from "./schema/users.ts";

const stack = await createTestStack();
const { db, close } = openDatabase({ url: stack.databaseUrls.api, applicationName: "prepared-test", poolSize: 3 });
afterAll(async () => {
  await close();
  await stack[Symbol.asyncDispose]();
});

const id = "0199d3a0-0000-7000-8000-000000000001";
await db
  .insert(users)
  .values({ id, email: "a@example.com", username: "abc", password_hash: "-", settings: { a: [1] } });

const columns = {
  id: notifications.id,
  seq: notifications.seq,
  type: notifications.type,
  data: notifications.data,
  created_at: notifications.created_at,
  read_at: notifications.read_at,
  isRead: sql<boolean>`${notifications.read_at} IS NOT NULL`,
  doubled: sql<number>`${notifications.seq} * 2`.mapWith(notifications.seq),
  email: users.email,
};

const insertNotification = prepared((open) =>
  open
    .insert(notifications)
    .values({
      id: sql.placeholder("id"),
      user_id: sql.placeholder("user"),
      seq: sql.placeholder("seq"),
      type: "mention",
      data: sql.placeholder("data"),
    })
    .returning({ seq: notifications.seq, data: notifications.data })
    .prepare("insert_notification"),
);

const findNotifications = preparedFor((open, has: { seq: boolean }) =>
  open
    .select(columns)
    .from(notifications)
    .innerJoin(users, eq(users.id, notifications.user_id))
    .where(has.seq ? gt(notifications.seq, sql.placeholder("seq")) : undefined)
    .orderBy(notifications.seq)
    .prepare("find_notifications"),
);

const given = (seq: number) => ({
  id: `0199d3a0-0000-7000-8000-00000000010${seq}`,
  user: id,
  seq,
  data: { text: `it's "${seq}"`, list: [null, 1] },
});

describe("a query that was built once", () => {
  test("answers what it does built anew, whatever its columns are, and takes what they take", async () => {
    expect(await insertNotification(db).execute(given(1))).toEqual([{ seq: 1, data: given(1).data }]);
    await insertNotification(db).execute(given(2));
    const anew = await db.select(columns).from(notifications).innerJoin(users, eq(users.id, notifications.user_id));
    expect(anew).toHaveLength(2);
    expect(anew[0]).toMatchObject({ seq: 1, read_at: null, isRead: false, doubled: 2, data: { list: [null, 1] } });
    expect(await findNotifications(db, { seq: false }).execute()).toEqual(anew);
    expect(await findNotifications(db, { seq: true }).execute({ seq: 1 })).toEqual(anew.slice(1));
  });

  test("belongs to the transaction that it is run in", async () => {
    const undone = new Error("undone");
    const work = db.transaction(async (transaction) => {
      await insertNotification(transaction).execute(given(3));
      expect(await findNotifications(transaction, { seq: true }).execute({ seq: 2 })).toHaveLength(1);
      expect(await findNotifications(db, { seq: true }).execute({ seq: 2 })).toEqual([]);
      throw undone;
    });
    await expect(work).rejects.toBe(undone);
    expect(await findNotifications(db, { seq: true }).execute({ seq: 2 })).toEqual([]);
  });

  test("belongs to the database that it is run on, not to the one that it was first run on", async () => {
    const other = await createTestStack();
    const opened = openDatabase({ url: other.databaseUrls.api, applicationName: "prepared-test", poolSize: 1 });
    expect(await findNotifications(opened.db, { seq: false }).execute()).toEqual([]);
    await opened.close();
    await other[Symbol.asyncDispose]();
  });

  test("refuses with the database's reason", async () => {
    await expect(insertNotification(db).execute(given(1))).rejects.toMatchObject({ cause: { code: "23505" } });
  });

  test("tells of a value that is missing", async () => {
    await expect(findNotifications(db, { seq: true }).execute()).rejects.toThrow("seq");
  });
});
