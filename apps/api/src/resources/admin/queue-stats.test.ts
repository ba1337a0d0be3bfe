import { queueNames, type QueueName } from "@hivesync/contracts/jobs/job-state";
import { maintenance } from "@hivesync/contracts/jobs/maintenance";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import type { QueueState } from "@hivesync/contracts/operator";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { createEnqueuer } from "@hivesync/platform/queue/enqueue";
import { newId } from "@hivesync/platform/ids";
import { writeHeartbeat } from "@hivesync/platform/worker-heartbeat";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { CircuitBreaker } from "#circuit-breaker.ts";
import { createQueueReader } from "#queues/queue-reader.ts";
import { createTeam, setTier } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { insertWaiting } from "#testing/waiting-jobs.ts";

const api = await startTestApi();
const [site, user] = await Promise.all([api.register("site"), api.register("user")]);
await setTier(api, site, "Admin");
const { owner, project } = await createTeam(api);
const place = { user: owner, projectId: project.id };
const connection = connectRedis({ url: api.stack.redisUrl, use: "worker", onError: () => undefined });
const enqueuer = createEnqueuer({ connection, redisPrefix: api.stack.redisPrefix, onError: () => undefined });
afterAll(async () => {
  await enqueuer.close();
  connection.disconnect();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await api.sql`DELETE FROM preview_sessions`;
  await api.sql`DELETE FROM scaling_rules`;
  for (const queue of queueNames) await enqueuer.queue(queue).obliterate({ force: true });
  await connection.del(`${api.stack.redisPrefix}workers`);
});

const breaker: CircuitBreaker = { run: (ask) => ask() };

/** How a queue stands, read anew: the endpoint's own reader keeps what it read for a second. */
async function stateOf(queue: QueueName): Promise<QueueState> {
  const { db, health } = api.deps;
  const states = await createQueueReader({ db, enqueuer, breaker, readWorkers: health.readWorkers }).read();
  const state = states.find((found) => found.queue === queue);
  if (!state) throw new Error(`nothing is told of ${queue}`);
  return state;
}

/** Rows of jobs that have ended: so many seconds ago, after so many seconds. */
async function insertEnded(status: "COMPLETED" | "FAILED", ended: { ago: number; ran: number }[]): Promise<void> {
  for (const { ago, ran } of ended) {
    const [id = ""] = await insertWaiting(api, place, 1);
    await api.sql`
      UPDATE preview_sessions SET status = ${status}, dispatched_at = now(),
        bundle_url = ${status === "COMPLETED" ? "t/x" : null},
        error = ${status === "FAILED" ? api.sql.json({ code: "X", message: "x", details: null }) : null}, completed_at = now() - ${ago} * interval '1 second',
        started_at = now() - ${ago + ran} * interval '1 second', created_at = now() - ${ago + ran} * interval '1 second'
      WHERE id = ${id}`;
  }
}

const dispatch = (queue: "preview-cpu" | "preview-gpu", jobId: string) =>
  enqueuer.add(previewBuild, { job_id: jobId }, { queue, jobId, priority: 8 });

describe("200", () => {
  test("every queue in its order; where nothing is there is nothing, and no age", async () => {
    const answer = await api.call("GET /admin/queues", { token: site.token });
    expect(answer.status).toBe(200);
    const { items } = answer.body.data as { items: QueueState[] };
    expect(items.map(({ queue }) => queue)).toEqual(queueNames);
    expect(items[0]).toEqual({
      queue: "preview-cpu",
      undispatched: 0,
      waiting: 0,
      active: 0,
      delayed: 0,
      failed: 0,
      oldest_waiting_seconds: null,
      completed_per_minute: 0,
      workers: 0,
      desired_workers: 1,
      paused: false,
    });
  });

  test("what waits for its user's turn is apart from what any worker may take, and the oldest of both gives the age", async () => {
    const [dispatched = "", ...others] = await insertWaiting(api, place, 3);
    await api.sql`UPDATE preview_sessions SET created_at = now() - interval '90 seconds' WHERE id = ${others[1] ?? ""}`;
    await api.sql`UPDATE preview_sessions SET dispatched_at = now() WHERE id = ${dispatched}`;
    await dispatch("preview-cpu", dispatched);
    const state = await stateOf("preview-cpu");
    expect(state).toMatchObject({ undispatched: 2, waiting: 1, active: 0 });
    expect(state.oldest_waiting_seconds).toBeGreaterThanOrEqual(90);
    expect(state.oldest_waiting_seconds).toBeLessThan(150);
    expect((await stateOf("preview-gpu")).oldest_waiting_seconds).toBeNull();
  });

  test("of a queue without rows its own oldest job gives the age, and delayed ones are apart", async () => {
    const queue = enqueuer.queue("maintenance");
    const payload = { task: "collect_blobs" };
    await queue.add(maintenance.name, payload, { timestamp: Date.now() - 40_000 });
    await queue.add(maintenance.name, payload, { delay: 60_000 });
    const state = await stateOf("maintenance");
    expect(state).toMatchObject({ waiting: 1, delayed: 1, undispatched: 0 });
    expect(state.oldest_waiting_seconds).toBeGreaterThanOrEqual(40);
  });

  test("failures of the last day, and the mean a minute of five", async () => {
    await insertEnded("FAILED", [
      { ago: 10, ran: 1 },
      { ago: 80_000, ran: 1 },
      { ago: 90_000, ran: 1 },
    ]);
    await insertEnded("COMPLETED", [...Array.from({ length: 6 }, () => ({ ago: 100, ran: 2 })), { ago: 400, ran: 2 }]);
    expect(await stateOf("preview-cpu")).toMatchObject({ failed: 2, completed_per_minute: 1.2 });
    expect(await stateOf("preview-gpu")).toMatchObject({ failed: 0, completed_per_minute: 0 });
  });

  test("workers are those that take from the queue", async () => {
    const worker = {
      kind: "cpu",
      host: "h",
      pid: 1,
      concurrency: 1,
      active: 0,
      version: "1",
      last_seen: "now",
    } as const;
    for (const queues of [["preview-cpu", "ai-cpu"], ["preview-cpu"], ["ai-cpu"]])
      await writeHeartbeat(connection, api.stack.redisPrefix, { ...worker, id: newId(), queues });
    expect(await stateOf("preview-cpu")).toMatchObject({ workers: 2 });
    expect(await stateOf("repo-sync")).toMatchObject({ workers: 0 });
  });

  test("its rule says how many there should be, by how long a job has run of late", async () => {
    await api.sql`
      INSERT INTO scaling_rules (queue, min_workers, max_workers, concurrency, target_wait_seconds)
      VALUES ('preview-cpu', 0, 50, 2, 10)`;
    for (let job = 0; job < 12; job += 1) await dispatch("preview-cpu", newId());
    // A job of ten seconds, as long as the target: two begin in each place.
    await insertEnded("COMPLETED", [
      { ago: 900, ran: 10 },
      { ago: 800, ran: 10 },
      { ago: 700, ran: 400 },
      { ago: 600, ran: 1 },
      // Answered from an earlier build.
      ...Array.from({ length: 9 }, () => ({ ago: 5, ran: 0 })),
    ]);
    expect(await stateOf("preview-cpu")).toMatchObject({ waiting: 12, desired_workers: 3, paused: false });
    // Jobs that wait for their user's turn begin no sooner with more workers.
    await insertWaiting(api, place, 40);
    expect(await stateOf("preview-cpu")).toMatchObject({ undispatched: 40, desired_workers: 3 });
    await api.sql`UPDATE scaling_rules SET paused = true, min_workers = 1`;
    expect(await stateOf("preview-cpu")).toMatchObject({ desired_workers: 1, paused: true });
  });

  test("however many ask, the parts are asked once a second", async () => {
    let reads = 0;
    const reader = createQueueReader({
      db: api.deps.db,
      enqueuer,
      breaker,
      readWorkers: async () => {
        reads += 1;
        return [];
      },
    });
    await Promise.all(Array.from({ length: 50 }, () => reader.read()));
    expect(reads).toBe(1);
    await waitUntil(
      () => reader.read().then(() => reads),
      (found) => found === 2,
    );
  });
});

describe("403", () => {
  test("only the site's admins see them", async () => {
    await expectRefusal(api, "GET /admin/queues", { token: user.token, code: "FORBIDDEN" });
  });
});

describe("503", () => {
  test("without Redis it is not known how they stand, and said so", async () => {
    await using alone = await startTestApi({ HIVESYNC_REDIS_URL: "redis://127.0.0.1:1" }, api.stack);
    expectError(await alone.call("GET /admin/queues", { token: site.token }), "SERVICE_UNAVAILABLE");
  });
});
