import { createTestStack } from "@hivesync/testing/test-stack";
import { startTcpProxy } from "@hivesync/testing/tcp-proxy";
import { waitUntil } from "@hivesync/testing/wait-until";
import { eq, sql } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { openDatabase } from "./client.ts";
import { prepared } from "./prepared.ts";
import { users } from "./schema/users.ts";

const stack = await createTestStack();
const proxy = await startTcpProxy(new URL(stack.databaseUrls.api));
const address = new URL(stack.databaseUrls.api);
address.port = String(proxy.port);
const options = { url: address.href, applicationName: "client-test", poolSize: 3, statementTimeoutMs: 300 };
const { db, close } = openDatabase(options);
afterAll(async () => {
  await close();
  await proxy[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const id = "0199d3a0-0000-7000-8000-000000000001";
await db
  .insert(users)
  .values({ id, email: "a@example.com", username: "abc", password_hash: "-", settings: { a: [1] } });

const findUser = prepared((open) =>
  open
    .select({ settings: users.settings, created_at: users.created_at })
    .from(users)
    .where(eq(users.id, sql.placeholder("id")))
    .prepare("find_user_of_client_test"),
);

describe("values", () => {
  test("an object in a jsonb column is an object there, and comes back as one", async () => {
    const [row] = await db.execute(sql`SELECT jsonb_typeof(settings) AS kind FROM users WHERE id = ${id}`);
    expect(row).toEqual({ kind: "object" });
    expect(await findUser(db).execute({ id })).toMatchObject([{ settings: { a: [1] } }]);
  });

  test("an instant is an ISO string, prepared or not, and can be compared with", async () => {
    const [user] = await findUser(db).execute({ id });
    expect(user?.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const found = await db
      .select({ id: users.id })
      .from(users)
      .where(eq(users.created_at, user?.created_at ?? ""));
    expect(found).toEqual([{ id }]);
  });
});

describe("limits", () => {
  test("a statement that takes too long is ended by the server", async () => {
    await expect(db.execute(sql`SELECT pg_sleep(20)`)).rejects.toMatchObject({ cause: { code: "57014" } });
  });

  const ask = () => db.execute(sql`SELECT 1 AS one`);
  const askAll = (count: number) => Promise.allSettled(Array.from({ length: count }, ask));

  test("a server that is gone without a word fails every query within the deadline, and the pool heals", async () => {
    for (let round = 0; round < 2; round += 1) {
      for (const { status } of await askAll(6)) expect(status).toBe("fulfilled");
      expect(proxy.openCount()).toBe(options.poolSize);
      proxy.freeze();
      for (const { status } of await askAll(3)) expect(status).toBe("rejected");
      proxy.thaw();
      // At once: its connections are broken by now, and not closed yet.
      expect(await ask()).toEqual([{ one: 1 }]);
    }
  });

  test("a connection that breaks answers no query with another's rows, and loses none", async () => {
    for (let round = 0; round < 4; round += 1) {
      await askAll(6);
      const numbers = Array.from({ length: 30 }, (_, index) => round * 100 + index);
      const answers = numbers.map((number) => db.execute<{ n: number }>(sql`SELECT ${number}::int AS n`));
      proxy.cut();
      const settled = await Promise.allSettled(answers);
      settled.forEach((result, index) => {
        const rows = result.status === "fulfilled" ? [...result.value] : [{ n: numbers[index] }];
        expect(rows).toEqual([{ n: numbers[index] }]);
      });
    }
    expect(await ask()).toEqual([{ one: 1 }]);
  });

  test("a server that was away for more tries than the pool has connections is found again once it is back", async () => {
    await proxy.refuse();
    for (let tries = 0; tries < 3 * options.poolSize; tries += 1)
      await expect(ask()).rejects.toMatchObject({
        cause: { code: expect.stringMatching(/^(ECONNREFUSED|CONNECTION_CLOSED)$/) },
      });
    await proxy.accept();
    for (const { status } of await askAll(6)) expect(status).toBe("fulfilled");
  });

  test("half an answer does not count as one", async () => {
    // The rows fill more than the buffers on the way, so that the freeze falls into the middle of them.
    const before = proxy.passedBytes();
    const rows = db.execute(sql`SELECT repeat('x', 1000) FROM generate_series(1, 200000)`);
    const ended = rows.then(
      () => "answered",
      () => "failed",
    );
    await waitUntil(proxy.passedBytes, (bytes) => bytes > before + 100_000, { everyMs: 1 });
    proxy.freeze();
    expect(await ended).toBe("failed");
    proxy.thaw();
  });

  test("a connection that only idles is left alone", async () => {
    const single = openDatabase({ ...options, poolSize: 1 });
    const read = () => single.db.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`);
    const [before] = await read();
    // Three statements elsewhere, each ended by its time, outlast the deadline of the one that idles.
    for (let times = 0; times < 3; times += 1) await Promise.allSettled([db.execute(sql`SELECT pg_sleep(20)`)]);
    expect((await read())[0]).toEqual(before);
    await single.close();
  });

  test("nobody there is an error at once", async () => {
    const away = openDatabase({ ...options, url: "postgres://nobody@127.0.0.1:1/none" });
    await expect(away.db.execute(sql`SELECT 1`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    await away.close();
  });
});

describe("the state of the pool", () => {
  test("tells the connections that are open, of these the ones that a query runs on, and how many have failed", async () => {
    const proxy = await startTcpProxy(new URL(options.url));
    const url = new URL(options.url);
    url.port = String(proxy.port);
    const opened = openDatabase({ ...options, url: url.href, poolSize: 3 });
    expect(opened.pool()).toEqual({ size: 3, open: 0, busy: 0, failures: 0 });
    const blocked = await db.transaction(async (transaction) => {
      await transaction.execute(sql`SELECT pg_advisory_xact_lock(4711)`);
      const waiting = [1, 2].map(() => opened.db.execute(sql`SELECT pg_advisory_xact_lock(4711)`));
      const ended = Promise.allSettled(waiting);
      await waitUntil(opened.pool, ({ busy }) => busy === 2);
      expect(opened.pool()).toMatchObject({ open: 2, failures: 0 });
      return { ended };
    });
    await blocked.ended;
    await waitUntil(opened.pool, ({ busy }) => busy === 0);
    proxy.freeze();
    await expect(opened.db.execute(sql`SELECT 1`)).rejects.toBeInstanceOf(Error);
    expect(opened.pool().failures).toBe(1);
    await opened.close();
    expect(opened.pool()).toMatchObject({ open: 0, busy: 0 });
    await proxy[Symbol.asyncDispose]();
  });
});
