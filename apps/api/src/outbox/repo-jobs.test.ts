import { repoSync } from "@hivesync/contracts/jobs/repo-sync";
import { tierLimits } from "@hivesync/contracts/tiers";
import { createEnqueuer } from "@hivesync/platform/queue/enqueue";
import { afterAll, beforeEach, expect, test } from "vitest";
import { createProject, noticesOf, setTier } from "#testing/arrange.ts";
import { claimSync } from "#testing/repo-syncs.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";
import { endJob, insertWaiting, type WaitingFor } from "#testing/waiting-jobs.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createReconciler } from "./reconciler.ts";

// What dispatcher and reconciler do with previews stands beside them. Here is that they do it with syncs too, which have one queue for all tiers.

const api = await startTestApi();
const enqueuer = createEnqueuer({
  connection: api.deps.redis,
  redisPrefix: api.stack.redisPrefix,
  onError: () => undefined,
});
const { db, log, transact } = api.deps;
const dispatcher = createDispatcher({ db, enqueuer, tiers: tierLimits, log });
const reconciler = createReconciler({ db, transact, enqueuer, log, onSentBack: () => undefined });
const queue = enqueuer.queue("repo-sync");

afterAll(async () => {
  await enqueuer.close();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await api.sql`TRUNCATE repo_syncs`;
  await queue.obliterate({ force: true });
});

async function userOf(tier: "Free" | "Pro" | "Premium"): Promise<WaitingFor & { user: TestUser }> {
  const user = await api.register();
  await setTier(api, user, tier);
  return { user, projectId: (await createProject(api, user)).id, kind: "repo" };
}

async function forget(id: string): Promise<void> {
  await api.sql`UPDATE repo_syncs SET dispatched_at = dispatched_at - interval '10 seconds' WHERE id = ${id}`;
  await queue.obliterate({ force: true });
}

test("a row becomes one job of the queue for syncs, whose payload is the id alone", async () => {
  const [id = ""] = await insertWaiting(api, await userOf("Premium"), 1);
  expect(await dispatcher.dispatchOnce()).toBe(1);
  const job = await queue.getJob(`${id}-1`);
  expect(job?.name).toBe(repoSync.name);
  expect(job?.data).toEqual({ job_id: id });
  expect(job?.opts).toMatchObject({ priority: 8, attempts: repoSync.retry.attempts });
  expect(await dispatcher.dispatchOnce()).toBe(0);
});

test.each(["Free", "Pro", "Premium"] as const)(
  "a user of tier %s has as many syncs under way as the tier says, oldest first",
  async (tier) => {
    const limit = tierLimits[tier].repoSyncsAtOnce;
    const ids = await insertWaiting(api, await userOf(tier), limit + 2);
    expect(await dispatcher.dispatchOnce()).toBe(limit);
    await endJob(api, ids[0] ?? "", "repo");
    expect(await dispatcher.dispatchOnce()).toBe(1);
    const rows = await api.sql`SELECT id FROM repo_syncs WHERE dispatched_at IS NOT NULL ORDER BY id`;
    expect(rows.map(({ id }) => id as string)).toEqual(ids.slice(0, limit + 1));
  },
);

test("one that its queue forgot is dispatched again, and the next claim fences the old one off", async () => {
  const [id = ""] = await insertWaiting(api, await userOf("Free"), 1);
  await dispatcher.dispatchOnce();
  expect(await claimSync(api, id)).toBe(1);
  await forget(id);
  expect(await reconciler.reconcileOnce()).toBe(1);
  expect(await dispatcher.dispatchOnce()).toBe(1);
  expect(await queue.getJobState(`${id}-2`)).toBe("prioritized");
  expect(await claimSync(api, id)).toBe(2);
});

test("one that never comes to an end fails with a reason, and its requester is told once", async () => {
  const by = await userOf("Free");
  const [id = ""] = await insertWaiting(api, by, 1);
  for (let dispatches = 1; dispatches <= repoSync.retry.attempts; dispatches += 1) {
    await dispatcher.dispatchOnce();
    await forget(id);
    expect(await reconciler.reconcileOnce()).toBe(1);
  }
  const [row] = await api.sql`SELECT status, error FROM repo_syncs WHERE id = ${id}`;
  const message = expect.stringContaining("repository sync was started 3 times") as string;
  expect(row).toMatchObject({ status: "FAILED", error: { code: "REPO_SYNC_FAILED", message } });
  expect(await noticesOf(api, by.user)).toMatchObject([{ type: "repo_sync_failed", data: { job_id: id } }]);
});
