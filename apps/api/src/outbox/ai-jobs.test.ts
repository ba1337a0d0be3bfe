import { aiDocument } from "@hivesync/contracts/jobs/ai-document";
import { tierLimits, type TierLimits } from "@hivesync/contracts/tiers";
import { createEnqueuer } from "@hivesync/platform/queue/enqueue";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { claimAi } from "#testing/ai-jobs.ts";
import { createProject, noticesOf, setTier } from "#testing/arrange.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";
import { endJob, insertWaiting, type WaitingFor } from "#testing/waiting-jobs.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createReconciler } from "./reconciler.ts";

// What dispatcher and reconciler do with previews stands beside them. Here is that they do it with AI jobs too, and where those are counted.

const api = await startTestApi();
const enqueuer = createEnqueuer({
  connection: api.deps.redis,
  redisPrefix: api.stack.redisPrefix,
  onError: () => undefined,
});
const { db, log, transact } = api.deps;
const dispatcher = createDispatcher({ db, enqueuer, tiers: tierLimits, log });
const reconciler = createReconciler({ db, transact, enqueuer, log, onSentBack: () => undefined });
const queue = enqueuer.queue("ai-cpu");

afterAll(async () => {
  await enqueuer.close();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await api.sql`TRUNCATE preview_sessions, ai_jobs`;
  for (const name of ["preview-cpu", "ai-cpu"] as const) await enqueuer.queue(name).obliterate({ force: true });
});

async function userOf(tier: "Free" | "Pro" | "Premium"): Promise<WaitingFor & { user: TestUser; limits: TierLimits }> {
  const user = await api.register();
  await setTier(api, user, tier);
  const { id } = await createProject(api, user);
  return { user, projectId: id, kind: "ai", limits: tierLimits[tier] };
}

async function dispatched(): Promise<string[]> {
  const rows = await api.sql<{ id: string }[]>`
    SELECT id FROM ai_jobs WHERE dispatched_at IS NOT NULL AND status IN ('QUEUED', 'RUNNING') ORDER BY id`;
  return rows.map(({ id }) => id);
}

async function rowOf(id: string) {
  const [row] = await api.sql`SELECT status, attempt, dispatches, dispatched_at, error FROM ai_jobs WHERE id = ${id}`;
  return row;
}

/** A job that was dispatched a while ago, and that its queue has forgotten. */
async function forgottenJob(by: WaitingFor): Promise<string> {
  const [id = ""] = await insertWaiting(api, by, 1);
  await dispatcher.dispatchOnce();
  await forget(id);
  return id;
}

async function forget(id: string): Promise<void> {
  await api.sql`UPDATE ai_jobs SET dispatched_at = dispatched_at - interval '10 seconds' WHERE id = ${id}`;
  await queue.obliterate({ force: true });
}

describe("dispatching", () => {
  test("a row becomes one job of its own queue and name, whose payload is the id alone", async () => {
    const [id = ""] = await insertWaiting(api, await userOf("Free"), 1);
    expect(await dispatcher.dispatchOnce()).toBe(1);
    const job = await queue.getJob(`${id}-1`);
    expect(job?.name).toBe(aiDocument.name);
    expect(job?.data).toEqual({ job_id: id });
    expect(job?.opts).toMatchObject({ priority: 8, attempts: aiDocument.retry.attempts });
    expect(await rowOf(id)).toMatchObject({ status: "QUEUED", dispatches: 1, dispatched_at: expect.any(Date) });
    expect(await dispatcher.dispatchOnce()).toBe(0);
  });

  test.each(["Free", "Pro", "Premium"] as const)(
    "a user of tier %s has as many AI jobs under way as the tier says, oldest first",
    async (tier) => {
      const by = await userOf(tier);
      const limit = by.limits.aiJobsAtOnce;
      const ids = await insertWaiting(api, by, limit + 2);
      expect(await dispatcher.dispatchOnce()).toBe(limit);
      expect(await dispatched()).toEqual(ids.slice(0, limit));
      await endJob(api, ids[0] ?? "", "ai");
      expect(await dispatcher.dispatchOnce()).toBe(1);
      expect(await dispatched()).toEqual(ids.slice(1, limit + 1));
    },
  );

  test("AI jobs and previews are counted apart: neither takes the other's place", async () => {
    const by = await userOf("Free");
    await insertWaiting(api, by, 2);
    await insertWaiting(api, { ...by, kind: "preview" }, 2);
    expect(await dispatcher.dispatchOnce()).toBe(2);
    expect(await dispatched()).toHaveLength(1);
    expect(await dispatcher.dispatchOnce()).toBe(0);
  });

  test("an AI job waits however long, and is done then: it does not expire", async () => {
    const [id = ""] = await insertWaiting(api, await userOf("Free"), 1);
    await api.sql`UPDATE ai_jobs SET created_at = now() - interval '30 days' WHERE id = ${id}`;
    await reconciler.reconcileOnce();
    expect(await dispatcher.dispatchOnce()).toBe(1);
  });
});

describe("a job whose queue forgot it", () => {
  test("is sent back and dispatched again, and the next claim fences the old one off", async () => {
    const by = await userOf("Free");
    const [id = ""] = await insertWaiting(api, by, 1);
    await dispatcher.dispatchOnce();
    await claimAi(api, id);
    await forget(id);
    expect(await reconciler.reconcileOnce()).toBe(1);
    expect(await rowOf(id)).toMatchObject({ status: "QUEUED", attempt: 1, dispatches: 1, dispatched_at: null });
    expect(await dispatcher.dispatchOnce()).toBe(1);
    expect(await queue.getJobState(`${id}-2`)).toBe("prioritized");
    expect(await claimAi(api, id)).toBe(2);
  });

  test("fails with a reason after as many dispatches as the retry policy allows, and its requester is told once", async () => {
    const by = await userOf("Free");
    const id = await forgottenJob(by);
    for (let dispatches = 1; dispatches < aiDocument.retry.attempts; dispatches += 1) {
      expect(await reconciler.reconcileOnce()).toBe(1);
      await dispatcher.dispatchOnce();
      await forget(id);
    }
    await Promise.all([reconciler.reconcileOnce(), reconciler.reconcileOnce()]);
    const error = { code: "AI_JOB_FAILED", message: expect.stringContaining("AI job was started 3 times") as string };
    expect(await rowOf(id)).toMatchObject({ status: "FAILED", error });
    const told = await noticesOf(api, by.user);
    expect(told).toMatchObject([{ type: "ai_failed", data: { job_id: id, code: "AI_JOB_FAILED" } }]);
    expect(await reconciler.reconcileOnce()).toBe(0);
  });
});

describe("waking", () => {
  test("of another kind, however often, keeps nobody from it", async () => {
    const started = createDispatcher({ db, enqueuer, tiers: tierLimits, log });
    started.start();
    const [id = ""] = await insertWaiting(api, await userOf("Free"), 1);
    const wakeAndRead = (): Promise<string[]> => {
      started.wake("preview");
      return dispatched();
    };
    expect(await waitUntil(wakeAndRead, (ids) => ids.length > 0)).toEqual([id]);
    await started.stop();
  });
});
