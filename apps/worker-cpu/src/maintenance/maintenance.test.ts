import { blobs } from "@hivesync/db/schema/blobs";
import { deviceLinks } from "@hivesync/db/schema/device-links";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { maintenanceTasks } from "@hivesync/contracts/jobs/maintenance";
import { waitUntil } from "@hivesync/testing/wait-until";
import { eq, inArray, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectBlobs } from "#maintenance/collect-blobs.ts";
import { dropOldRows } from "#maintenance/drop-old-rows.ts";
import { deleteObjects } from "#maintenance/delete-objects.ts";
import { expirePreviews } from "#maintenance/expire-previews.ts";
import { keepSchedules } from "#maintenance/keep-schedules.ts";
import { attemptKeys } from "@hivesync/worker/job/attempt-keys";
import { insertPreview } from "@hivesync/worker/testing/publish";
import { createWorkerBench, type WorkerBench } from "@hivesync/worker/testing/worker-bench";
import { startWorkerCpu } from "#testing/start-worker-cpu.ts";

let bench: WorkerBench;
let worker: Awaited<ReturnType<typeof startWorkerCpu>>;

beforeAll(async () => {
  bench = await createWorkerBench();
  worker = await startWorkerCpu(bench);
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

const context = () => ({ ...worker.deps, signal: new AbortController().signal });
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();
const day = 86_400;

async function storedOf(keys: readonly string[]): Promise<string[]> {
  const heads = await Promise.all(keys.map((key) => bench.storage.head(key)));
  return keys.filter((_, index) => heads[index] !== undefined);
}

async function putAll(keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => bench.storage.put(key, key, "text/plain")));
}

interface Built {
  id: string;
  inputKey: string;
  keys: string[];
}

/** A preview that was built in its second attempt, after a first one that was killed while it uploaded. */
async function insertBuilt(expiresAt: string, input: string): Promise<Built> {
  const inputKey = objectKeys.input(bench.team.teamId, sha256Hex(input));
  const id = await insertPreview(bench.db, bench.team, { input_key: inputKey, expires_at: expiresAt });
  const keys = attemptKeys({ kind: "preview", teamId: bench.team.teamId, jobId: id, attempt: 2 });
  const [page = "", source_map = "", manifest = "", log = "", ...pictures] = keys.slice(keys.length / 2);
  const [snapshot_phone = "", snapshot_tablet = "", snapshot_desktop = ""] = pictures;
  await bench.db
    .update(previewSessions)
    .set({
      status: "COMPLETED",
      attempt: 2,
      completed_at: ago(10 * day),
      bundle_url: page,
      logs_key: log,
      artifacts: { source_map, manifest, snapshot_phone, snapshot_tablet, snapshot_desktop },
    })
    .where(eq(previewSessions.id, id));
  await putAll([...keys, inputKey]);
  return { id, inputKey, keys };
}

/** A preview that the same input was answered with: it names the other's objects. */
async function insertReuse(of: Built, expiresAt: string): Promise<string> {
  const source = await bench.row(of.id);
  const { status, bundle_url, logs_key, artifacts, completed_at, input_key } = source;
  return insertPreview(bench.db, bench.team, {
    status,
    bundle_url,
    logs_key,
    artifacts,
    completed_at,
    input_key,
    expires_at: expiresAt,
  });
}

async function idsLeft(ids: readonly string[]): Promise<string[]> {
  const rows = await bench.db
    .select({ id: previewSessions.id })
    .from(previewSessions)
    .where(inArray(previewSessions.id, [...ids]));
  return rows.map((row) => row.id);
}

/** Expires what is due, and deletes the objects as it happens minutes later. */
async function expireAll(): Promise<void> {
  await expirePreviews(context());
  await bench.db.execute(sql`UPDATE deleted_previews SET deleted_at = deleted_at - interval '3 minutes'`);
  await deleteObjects(context());
}

test("an expired preview goes with its objects, those of killed attempts and its input included", async () => {
  const expired = await insertBuilt(ago(120), "expired");
  const living = await insertBuilt(ago(-120), "living");
  await expireAll();
  expect(await idsLeft([expired.id, living.id])).toEqual([living.id]);
  expect(await storedOf([...expired.keys, expired.inputKey])).toEqual([]);
  expect(await storedOf([...living.keys, living.inputKey])).toHaveLength(living.keys.length + 1);
});

test("a bundle that a living preview shows stays until that one expires too", async () => {
  const first = await insertBuilt(ago(120), "shared");
  const reuse = await insertReuse(first, ago(-120));
  await expireAll();
  expect(await idsLeft([first.id, reuse])).toEqual([reuse]);
  expect(await storedOf([...first.keys, first.inputKey])).toEqual([
    ...first.keys.slice(first.keys.length / 2),
    first.inputKey,
  ]);
  await bench.db
    .update(previewSessions)
    .set({ expires_at: ago(120) })
    .where(eq(previewSessions.id, reuse));
  await expireAll();
  expect(await storedOf([...first.keys, first.inputKey])).toEqual([]);
});

test("a deleted project's previews leave nothing in storage, and what was deleted just now is left for a moment", async () => {
  const built = await insertBuilt(ago(-day), "of a deleted project");
  await bench.db.delete(previewSessions).where(eq(previewSessions.id, built.id));
  await deleteObjects(context());
  expect(await storedOf(built.keys)).toHaveLength(built.keys.length);
  await expireAll();
  expect(await storedOf([...built.keys, built.inputKey])).toEqual([]);
});

test("a preview that has not ended is not expired under its worker", async () => {
  const running = await insertPreview(bench.db, bench.team, {
    status: "RUNNING",
    attempt: 1,
    input_key: "t/x",
    expires_at: ago(day),
  });
  await expirePreviews(context());
  expect(await idsLeft([running])).toEqual([running]);
});

test("blobs that nobody used for 30 days are collected, object and row; others stay", async () => {
  const ages = { idle: 31 * day, used: 29 * day };
  const keys = Object.entries(ages).map(([name]) => objectKeys.blob(bench.team.teamId, sha256Hex(name)));
  await putAll(keys);
  for (const [name, seconds] of Object.entries(ages)) {
    const row = { team_id: bench.team.teamId, sha256: sha256Hex(name), size: 1, last_used_at: ago(seconds) };
    await bench.db.insert(blobs).values({ ...row, stored_at: row.last_used_at });
  }
  expect(await collectBlobs(context())).toBe(1);
  expect(await storedOf(keys)).toEqual(keys.slice(1));
  const rows = await bench.db.select({ sha256: blobs.sha256 }).from(blobs);
  expect(rows).toEqual([{ sha256: sha256Hex("used") }]);
});

test("a blob that a request holds at this moment is passed over", async () => {
  const sha256 = sha256Hex("held");
  const row = { team_id: bench.team.teamId, sha256, size: 1, last_used_at: ago(40 * day) };
  await bench.db.insert(blobs).values(row);
  await bench.db.transaction(async (transaction) => {
    await transaction
      .update(blobs)
      .set({ last_used_at: ago(0) })
      .where(eq(blobs.sha256, sha256));
    expect(await collectBlobs(context())).toBe(0);
  });
  expect(await bench.db.select().from(blobs).where(eq(blobs.sha256, sha256))).toHaveLength(1);
});

/** One row of each table that is old enough to go and one that is not quite, told apart by the seconds of their age. */
const retained = [
  {
    table: "idempotency_keys",
    keepSeconds: day,
    insert: (at: string) =>
      sql`INSERT INTO idempotency_keys VALUES (${bench.team.userId}, 'x', ${newId()}, 'h', '', ${at})`,
  },
  {
    table: "sessions",
    keepSeconds: 7 * day,
    insert: (at: string) =>
      sql`INSERT INTO sessions (id, user_id, client_name, expires_at) VALUES (${newId()}, ${bench.team.userId}, 'c', ${at})`,
  },
  {
    table: "refresh_tokens",
    keepSeconds: 7 * day,
    insert: (at: string) =>
      sql`WITH s AS (INSERT INTO sessions (id, user_id, client_name, expires_at) VALUES (${newId()}, ${bench.team.userId}, 'c', now()) RETURNING id)
        INSERT INTO refresh_tokens (hash, family, expires_at) SELECT ${newId()}, id, ${at}::timestamptz FROM s`,
  },
  {
    table: "notifications",
    keepSeconds: 90 * day,
    insert: (at: string) =>
      sql`INSERT INTO notifications (id, user_id, seq, type, created_at, read_at) SELECT ${newId()}, ${bench.team.userId}, count(*), 't', ${at}::timestamptz, now() FROM notifications`,
  },
  {
    table: "ai_jobs",
    keepSeconds: 90 * day,
    insert: (at: string) =>
      sql`INSERT INTO ai_jobs (id, project_id, job_type, queue, priority, input_key, status, created_at, completed_at)
        VALUES (${newId()}, ${bench.team.projectId}, 'explain', 'ai-cpu', 8, '-', 'CANCELLED', ${at}::timestamptz, now())`,
  },
  {
    table: "device_links",
    keepSeconds: 3_600,
    insert: (at: string) =>
      sql`INSERT INTO device_links (id, device_code_hash, user_code_hash, client_name, expires_at) VALUES (${newId()}, ${newId()}, ${newId()}, 'c', ${at})`,
  },
  {
    table: "audit_logs",
    keepSeconds: 400 * day,
    insert: (at: string) => sql`INSERT INTO audit_logs (id, event_type, created_at) VALUES (${newId()}, 'e', ${at})`,
  },
  {
    table: "signing_keys",
    keepSeconds: 14 * day,
    insert: (at: string) =>
      sql`INSERT INTO signing_keys (kid, public_jwk, encrypted_private_jwk, retired_at) VALUES (${newId()}, '{}', '', ${at})`,
  },
];

async function countOf(table: string): Promise<number> {
  const [row] = await bench.db.execute<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM ${sql.identifier(table)}`,
  );
  return row?.count ?? 0;
}

test.each(retained)(
  "$table keeps rows for $keepSeconds seconds and no longer",
  async ({ table, keepSeconds, insert }) => {
    const before = await countOf(table);
    await bench.db.execute(insert(ago(keepSeconds + 60)));
    await bench.db.execute(insert(ago(keepSeconds - 60)));
    expect(await dropOldRows(context())).toBe(1);
    expect(await countOf(table)).toBe(before + 1);
  },
);

test("unread notifications and the signing key in use are kept, however old", async () => {
  const id = newId();
  await bench.db.execute(
    sql`INSERT INTO notifications (id, user_id, seq, type, created_at) VALUES (${id}, ${bench.team.userId}, 1000, 't', ${ago(1_000 * day)})`,
  );
  await bench.db.execute(
    sql`INSERT INTO signing_keys (kid, public_jwk, encrypted_private_jwk, created_at) VALUES ('active', '{}', '', ${ago(1_000 * day)})`,
  );
  expect(await dropOldRows(context())).toBe(0);
});

test("more rows than one batch holds are all dropped by one run", async () => {
  await bench.db.execute(sql`INSERT INTO audit_logs (id, event_type, created_at)
    SELECT gen_random_uuid(), 'old', now() - interval '500 days' FROM generate_series(1, 2500)`);
  expect(await dropOldRows(context())).toBe(2_500);
});

test("of two runners of one task the second leaves the work to the first", async () => {
  await bench.db.insert(deviceLinks).values({
    id: newId(),
    device_code_hash: newId(),
    user_code_hash: newId(),
    client_name: "c",
    expires_at: ago(3_660),
  });
  await bench.db.transaction(async (transaction) => {
    await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended('maintenance:drop_old_rows', 0))`);
    expect(await dropOldRows(context())).toBe(0);
  });
  expect(await dropOldRows(context())).toBe(1);
});

test("every task has one schedule, however many workers keep it, and it runs", async () => {
  const queue = worker.deps.enqueuer.queue("maintenance");
  const keepers = [keepSchedules(worker.deps), keepSchedules(worker.deps)];
  const names = Object.keys(maintenanceTasks).sort();
  const schedulers = await waitUntil(
    () => queue.getJobSchedulers(),
    (found) => found.length === names.length,
  );
  expect(schedulers.map(({ key }) => key).sort()).toEqual(names);
  await waitUntil(
    () => queue.getCompletedCount(),
    (count) => count >= names.length,
  );
  await Promise.all(keepers.map((keeper) => keeper.stop()));
});
