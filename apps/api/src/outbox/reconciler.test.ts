import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { tierLimits } from "@hivesync/contracts/tiers";
import { createEnqueuer } from "@hivesync/platform/queue/enqueue";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createProject, setTier } from "#testing/arrange.ts";
import { claim } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { insertWaiting } from "#testing/waiting-jobs.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createReconciler } from "./reconciler.ts";

const api = await startTestApi();
const enqueuer = createEnqueuer({
  connection: api.deps.redis,
  redisPrefix: api.stack.redisPrefix,
  onError: () => undefined,
});
const { db, log } = api.deps;
const dispatcher = createDispatcher({ db, enqueuer, tiers: tierLimits, log });
let wakes = 0;
const reconciler = createReconciler({ db, transact: api.deps.transact, enqueuer, log, onSentBack: () => (wakes += 1) });
const user = await api.register();
await setTier(api, user, "Premium");
const project = await createProject(api, user);
const by = { user, projectId: project.id };
const queue = enqueuer.queue("preview-cpu");

afterAll(async () => {
  await enqueuer.close();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  wakes = 0;
  await api.sql`TRUNCATE preview_sessions`;
  await queue.obliterate({ force: true });
});

/** A job that was dispatched a while ago. */
async function dispatchedJob(): Promise<string> {
  const [id = ""] = await insertWaiting(api, by, 1);
  await dispatcher.dispatchOnce();
  await ageDispatch(id);
  return id;
}

async function ageDispatch(id: string): Promise<void> {
  await api.sql`UPDATE preview_sessions SET dispatched_at = dispatched_at - interval '10 seconds' WHERE id = ${id}`;
}

async function readRow(id: string) {
  const [row] =
    await api.sql`SELECT status, attempt, dispatches, dispatched_at, error FROM preview_sessions WHERE id = ${id}`;
  return row;
}

describe("a job whose queue forgot it", () => {
  test("is sent back and dispatched again under a new queue id", async () => {
    const id = await dispatchedJob();
    await queue.obliterate({ force: true });
    expect(await reconciler.reconcileOnce()).toBe(1);
    expect(await readRow(id)).toMatchObject({ status: "QUEUED", dispatches: 1, dispatched_at: null });
    expect(wakes).toBe(1);
    expect(await dispatcher.dispatchOnce()).toBe(1);
    expect(await queue.getJobState(`${id}-2`)).toBe("prioritized");
    expect(await reconciler.reconcileOnce()).toBe(0);
  });

  test("in the middle of its run keeps its attempt, so that the next claim fences the old one off", async () => {
    const id = await dispatchedJob();
    await claim(api, id);
    await queue.obliterate({ force: true });
    await reconciler.reconcileOnce();
    expect(await readRow(id)).toMatchObject({ status: "QUEUED", attempt: 1, dispatched_at: null });
    expect(await claim(api, id)).toBe(2);
  });

  test("fails with a reason after as many dispatches as the retry policy allows, once, and its requester is told", async () => {
    const id = await dispatchedJob();
    for (let dispatches = 1; dispatches < previewBuild.retry.attempts; dispatches += 1) {
      await queue.obliterate({ force: true });
      expect(await reconciler.reconcileOnce()).toBe(1);
      await dispatcher.dispatchOnce();
      await ageDispatch(id);
    }
    await queue.obliterate({ force: true });
    await Promise.all([reconciler.reconcileOnce(), reconciler.reconcileOnce()]);
    const row = await readRow(id);
    expect(row).toMatchObject({
      status: "FAILED",
      error: { code: "PREVIEW_BUILD_FAILED", message: expect.stringContaining("3 times") },
    });
    const told = await api.sql`SELECT type FROM notifications WHERE data ->> 'job_id' = ${id}`;
    expect(told).toEqual([{ type: "preview_failed" }]);
    expect(await reconciler.reconcileOnce()).toBe(0);
  });

  test("is sent back once by two reconcilers at once", async () => {
    const ids = [await dispatchedJob(), await dispatchedJob(), await dispatchedJob()];
    await queue.obliterate({ force: true });
    await Promise.all([reconciler.reconcileOnce(), reconciler.reconcileOnce()]);
    await dispatcher.dispatchOnce();
    for (const id of ids) expect(await readRow(id)).toMatchObject({ dispatches: 2 });
  });
});

describe("is left alone", () => {
  test("a job that waits or runs in its queue", async () => {
    const waiting = await dispatchedJob();
    const running = await dispatchedJob();
    await claim(api, running);
    expect(await reconciler.reconcileOnce()).toBe(0);
    for (const id of [waiting, running]) expect(await readRow(id)).toMatchObject({ dispatches: 1 });
  });

  test("a job that was dispatched only now: its queue may not show it yet", async () => {
    const [id = ""] = await insertWaiting(api, by, 1);
    await dispatcher.dispatchOnce();
    await queue.obliterate({ force: true });
    expect(await reconciler.reconcileOnce()).toBe(0);
    expect(await readRow(id)).toMatchObject({ dispatched_at: expect.any(Date) });
  });

  test("a job that was never dispatched, or has ended", async () => {
    await insertWaiting(api, by, 1);
    const ended = await dispatchedJob();
    await queue.obliterate({ force: true });
    await api.sql`UPDATE preview_sessions SET status = 'CANCELLED', completed_at = now() WHERE id = ${ended}`;
    await api.sql`UPDATE preview_sessions SET dispatched_at = NULL WHERE id <> ${ended}`;
    expect(await reconciler.reconcileOnce()).toBe(0);
  });
});

test("a sweep that cannot reach Redis changes nothing: away is not lost", async () => {
  const id = await dispatchedJob();
  await using alone = await startTestApi({ HIVESYNC_REDIS_URL: "redis://127.0.0.1:1" }, api.stack);
  await expect(alone.deps.reconciler.reconcileOnce()).rejects.toThrow(/./);
  expect(await readRow(id)).toMatchObject({ status: "QUEUED", dispatches: 1, dispatched_at: expect.any(Date) });
});
