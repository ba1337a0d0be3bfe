import type { AuditEntry } from "@hivesync/contracts/operator";
import { toIsoInstant } from "@hivesync/db/column-types";
import { waitUntil } from "@hivesync/testing/wait-until";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { setTier } from "#testing/arrange.ts";
import { startTestApi } from "#testing/start-test-api.ts";

// What every list that is exported has by the adapter, shown at the only one there is: the audit log, 200,000 entries of it.

const exported = 200_000;
const rowsPerPage = 1_000;

const api = await startTestApi();
const client = postgres(api.stack.databaseUrls.api, { max: 3, onnotice: () => undefined });
afterAll(async () => {
  await client.end();
  await api[Symbol.asyncDispose]();
});
const { sql } = api;
const site = await api.register("site");
const origin = await api.listen();
await sql`
  INSERT INTO audit_logs (id, event_type, metadata, created_at)
  SELECT gen_random_uuid(), CASE WHEN n % 4 = 0 THEN 'sign_in' ELSE 'sign_out' END,
    jsonb_build_object('n', n, 'text', repeat('x', 200)),
    now() - make_interval(secs => ${exported} - n / 3)
  FROM generate_series(1, ${exported}) n`;
await sql`ANALYZE audit_logs`;

/** Statements that read entries since the last test began. */
let pagesRead = 0;
const recording = drizzle(client, {
  logger: {
    logQuery: (query) => void (query.startsWith("select") && query.includes('"audit_logs"') && (pagesRead += 1)),
  },
});
client.options.parsers[1184] = toIsoInstant;
const { db } = api.deps;
beforeEach(async () => {
  Object.assign(api.deps, { db: recording });
  await sql`UPDATE users SET disabled_at = NULL`;
  await sql`UPDATE sessions SET revoked_at = NULL`;
  await setTier(api, site, "Admin");
  pagesRead = 0;
});

interface Reader extends AsyncDisposable {
  response: Response;
  /** The next piece, or undefined at the end. Throws when the connection was cut. */
  next: () => Promise<string | undefined>;
  close: () => Promise<void>;
}

async function open(query = ""): Promise<Reader> {
  const response = await fetch(`${origin}/api/v1/admin/audit?${query}`, {
    headers: { authorization: `Bearer ${site.token}`, accept: "application/x-ndjson" },
  });
  expect(response.status).toBe(200);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const close = async (): Promise<void> => reader?.cancel().catch(() => undefined);
  return {
    response,
    next: async () => (await reader?.read())?.value,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Reads on and hands out each whole line. */
async function readLines(reader: Reader, onEntry: (entry: AuditEntry) => void): Promise<void> {
  let rest = "";
  for (let piece = await reader.next(); piece !== undefined; piece = await reader.next()) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onEntry(JSON.parse(line) as AuditEntry);
  }
  expect(rest).toBe("");
}

/** Waits until the server reads no more by itself, and answers how much it has read. */
async function untilItStops(): Promise<number> {
  let before = -1;
  await waitUntil(
    () => {
      const grown = pagesRead !== before;
      before = pagesRead;
      return grown;
    },
    (grown) => !grown && pagesRead > 0,
    { everyMs: 300 },
  );
  return pagesRead;
}

/** Until the process holds no stream of anyone's. */
const untilNobodyReads = () => waitUntil(api.deps.openStreams.count, (count) => count === 0);

describe("an export of 200,000 rows", { timeout: 120_000 }, () => {
  test("is complete, in the order of the list, and no row comes twice", async () => {
    await using reader = await open("event_type=sign_out");
    let count = 0;
    let last: AuditEntry | undefined;
    await readLines(reader, (entry) => {
      count += 1;
      if (entry.event_type !== "sign_out") throw new Error("a row of another filter");
      const isAfter =
        last && (entry.created_at < last.created_at || (entry.created_at === last.created_at && entry.id < last.id));
      if (last && !isAfter) throw new Error(`${entry.id} comes after ${last.id}`);
      last = entry;
    });
    const [row] = await sql`SELECT count(*)::int AS count FROM audit_logs WHERE event_type = 'sign_out'`;
    expect(count).toBe(row?.["count"]);
    expect(pagesRead).toBe(Math.ceil(count / rowsPerPage));
  });

  test("is read from the database no faster than the client takes it, and held nowhere", async () => {
    await using reader = await open();
    // All that sockets and their buffers hold of it, with nobody reading.
    const inTheWay = await untilItStops();
    expect(inTheWay).toBeLessThan(exported / rowsPerPage / 4);
    let [count, mostAhead] = [0, 0];
    await readLines(reader, () => {
      count += 1;
      mostAhead = Math.max(mostAhead, pagesRead * rowsPerPage - count);
    });
    expect(count).toBeGreaterThan(exported);
    expect(mostAhead).toBeLessThan(exported / 4);
  });

  test("is no longer read when the client goes away, and its place is free", async () => {
    await using reader = await open();
    await reader.next();
    expect(api.deps.openStreams.count()).toBe(1);
    await reader.close();
    await untilNobodyReads();
    expect(pagesRead).toBeLessThan(exported / rowsPerPage);
  });

  const losses: [string, () => Promise<unknown>][] = [
    ["is disabled", () => sql`UPDATE users SET disabled_at = now() WHERE id = ${site.id}`],
    ["signs out", () => sql`UPDATE sessions SET revoked_at = now() WHERE user_id = ${site.id}`],
    ["is no Admin any more", () => sql`UPDATE users SET tier = 'Pro' WHERE id = ${site.id}`],
  ];

  test.each(losses)("is cut off when the admin %s, also while nothing is taken of it", async (_, lose) => {
    await using reader = await open();
    await untilItStops();
    await lose();
    await api.deps.openStreams.recheckOnce();
    await untilNobodyReads();
    await expect(readLines(reader, () => undefined)).rejects.toThrow("terminated");
    expect(pagesRead).toBeLessThan(exported / rowsPerPage);
  });

  test("that fails on the way is cut, so that nobody takes half for the whole", async () => {
    await using reader = await open();
    await untilItStops();
    const failing = new Proxy(recording, {
      get: (target, name) => {
        if (name === "session") throw new Error("the database is away");
        return Reflect.get(target, name) as unknown;
      },
    });
    Object.assign(api.deps, { db: failing });
    await expect(readLines(reader, () => undefined)).rejects.toThrow("terminated");
    await untilNobodyReads();
    expect(api.logLines.filter((line) => line.includes("export_cut"))).toHaveLength(1);
  });
});

test("a shutdown does not wait for whoever reads it", async () => {
  Object.assign(api.deps, { db });
  await using reader = await open();
  await reader.next();
  await api.drain();
  expect(api.deps.openStreams.count()).toBe(1);
});
