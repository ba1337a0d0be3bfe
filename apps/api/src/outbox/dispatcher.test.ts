import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { tierLimits, type Tier } from "@hivesync/contracts/tiers";
import type { Enqueuer } from "@hivesync/platform/queue/enqueue";
import { createEnqueuer } from "@hivesync/platform/queue/enqueue";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createProject, setTier } from "#testing/arrange.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";
import { endJob, insertWaiting } from "#testing/waiting-jobs.ts";
import { createDispatcher, type Dispatcher } from "./dispatcher.ts";

const api = await startTestApi();
const enqueuer = createEnqueuer({
  connection: api.deps.redis,
  redisPrefix: api.stack.redisPrefix,
  onError: () => undefined,
});
afterAll(async () => {
  await enqueuer.close();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await api.sql`TRUNCATE preview_sessions`;
  await enqueuer.queue("preview-cpu").obliterate({ force: true });
});

async function userOf(tier: Tier): Promise<{ user: TestUser; projectId: string; priority: number }> {
  const user = await api.register();
  await setTier(api, user, tier);
  const { id } = await createProject(api, user);
  return { user, projectId: id, priority: tierLimits[tier].priority };
}

function dispatcherWith(overrides: Partial<Enqueuer> = {}): Dispatcher {
  return createDispatcher({
    db: api.deps.db,
    enqueuer: { ...enqueuer, ...overrides },
    tiers: tierLimits,
    log: api.deps.log,
  });
}

async function dispatched(user?: TestUser): Promise<string[]> {
  const rows = await api.sql<{ id: string }[]>`
    SELECT id FROM preview_sessions WHERE dispatched_at IS NOT NULL AND status IN ('QUEUED', 'RUNNING')
    ${user ? api.sql`AND requested_by = ${user.id}` : api.sql``} ORDER BY id`;
  return rows.map((row) => row.id);
}

async function queued(): Promise<string[]> {
  const jobs = await enqueuer.queue("preview-cpu").getJobs(["waiting", "prioritized", "delayed", "active"]);
  return jobs.map((job) => String(job.id)).sort();
}

describe("dispatching", () => {
  test("a row becomes one job whose id is the row's, and whose payload is the id alone", async () => {
    const by = await userOf("Free");
    const [id = ""] = await insertWaiting(api, by, 1);
    expect(await dispatcherWith().dispatchOnce()).toBe(1);
    const job = await enqueuer.queue("preview-cpu").getJob(`${id}-1`);
    expect(job?.name).toBe(previewBuild.name);
    expect(job?.data).toEqual({ job_id: id });
    expect(job?.opts).toMatchObject({ priority: 8, attempts: previewBuild.retry.attempts });
    const [row] = await api.sql`SELECT status, dispatches, dispatched_at FROM preview_sessions WHERE id = ${id}`;
    expect(row).toMatchObject({ status: "QUEUED", dispatches: 1, dispatched_at: expect.any(Date) });
    expect(await dispatcherWith().dispatchOnce()).toBe(0);
  });

  test("what has ended or was dispatched is left alone", async () => {
    const by = await userOf("Premium");
    const [ended = ""] = await insertWaiting(api, by, 1);
    await endJob(api, ended);
    expect(await dispatcherWith().dispatchOnce()).toBe(0);
    expect(await queued()).toEqual([]);
  });
});

describe("running at once", () => {
  test.each(["Free", "Pro", "Premium"] as const)(
    "a user of tier %s has as many under way as the tier says",
    async (tier) => {
      const by = await userOf(tier);
      const limit = tierLimits[tier].previewsAtOnce;
      const ids = await insertWaiting(api, by, limit + 3);
      const dispatcher = dispatcherWith();
      expect(await dispatcher.dispatchOnce()).toBe(limit);
      // Oldest first.
      expect(await dispatched(by.user)).toEqual(ids.slice(0, limit));
      expect(await dispatcher.dispatchOnce()).toBe(0);
      await endJob(api, ids[0] ?? "");
      expect(await dispatcher.dispatchOnce()).toBe(1);
      expect(await dispatched(by.user)).toEqual(ids.slice(1, limit + 1));
    },
  );

  test("is held for each of many users, whatever the others have waiting", async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => userOf("Free")));
    for (const by of users) await insertWaiting(api, by, 12);
    expect(await dispatcherWith().dispatchOnce()).toBe(users.length);
    for (const by of users) expect(await dispatched(by.user)).toHaveLength(1);
  });

  test("more rows than one batch are all dispatched", async () => {
    const users = await Promise.all(Array.from({ length: 4 }, () => userOf("Premium")));
    for (const by of users) await insertWaiting(api, by, 16);
    expect(await dispatcherWith().dispatchOnce()).toBe(64);
  });

  test("is held by two dispatchers at once, which enqueue each job once", async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => userOf("Pro")));
    for (const by of users) await insertWaiting(api, by, 10);
    const counts = await Promise.all(Array.from({ length: 4 }, () => dispatcherWith().dispatchOnce()));
    const limit = tierLimits.Pro.previewsAtOnce;
    for (const by of users) expect((await dispatched(by.user)).length).toBeLessThanOrEqual(limit);
    // What one passed over because another held it is taken at the next sweep.
    await dispatcherWith().dispatchOnce();
    expect(await dispatched()).toHaveLength(users.length * limit);
    expect(await queued()).toEqual((await dispatched()).map((id) => `${id}-1`));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(users.length * limit);
  });
});

describe("between the queue and the mark", () => {
  /** A dispatcher that does something else when a job of its was added and its row not marked yet. */
  function interrupted(meanwhile: (id: string) => Promise<void>): Dispatcher {
    return dispatcherWith({
      add: async (job, payload, place) => {
        await enqueuer.add(job, payload, place);
        await meanwhile(place.jobId.replace(/-1$/, ""));
      },
    });
  }

  test("a worker claims the row at once, and it counts as one of its user's", async () => {
    const by = await userOf("Free");
    const ids = await insertWaiting(api, by, 2);
    let others: number | undefined;
    const dispatcher = interrupted(async (id) => {
      await api.sql`UPDATE preview_sessions SET status = 'RUNNING', attempt = 1, started_at = now() WHERE id = ${id}`;
      others = await dispatcherWith().dispatchOnce();
    });
    expect(await dispatcher.dispatchOnce()).toBe(1);
    expect(others).toBe(0);
    expect(await queued()).toEqual([`${ids[0]}-1`]);
    expect(await dispatched()).toEqual([ids[0]]);
  });

  test("a row that goes to another queue is dispatched there", async () => {
    const by = await userOf("Free");
    const [id = ""] = await insertWaiting(api, by, 1);
    await api.sql`UPDATE preview_sessions SET queue = 'preview-gpu' WHERE id = ${id}`;
    const dispatcher = interrupted(async () => {
      await api.sql`UPDATE preview_sessions SET queue = 'preview-cpu' WHERE id = ${id}`;
    });
    expect(await dispatcher.dispatchOnce()).toBe(0);
    expect(await dispatched()).toEqual([]);
    expect(await dispatcherWith().dispatchOnce()).toBe(1);
    expect(await queued()).toEqual([`${id}-1`]);
  });
});

describe("with a part away", () => {
  test("a dispatcher that dies between enqueue and mark leaves one job in the queue", async () => {
    const by = await userOf("Free");
    const [id = ""] = await insertWaiting(api, by, 1);
    const dying = dispatcherWith({
      add: async (...parameters) => {
        await enqueuer.add(...parameters);
        throw new Error("killed");
      },
    });
    await expect(dying.dispatchOnce()).rejects.toThrow("killed");
    expect(await dispatched()).toEqual([]);
    expect(await queued()).toEqual([`${id}-1`]);
    expect(await dispatcherWith().dispatchOnce()).toBe(1);
    expect(await queued()).toEqual([`${id}-1`]);
  });

  test("an enqueue that fails postpones the row, and the next sweep takes it by itself", async () => {
    const by = await userOf("Free");
    const [id = ""] = await insertWaiting(api, by, 1);
    let isAway = true;
    const dispatcher = dispatcherWith({
      add: async (...parameters) => {
        if (isAway) throw new Error("Connection is closed.");
        await enqueuer.add(...parameters);
      },
    });
    dispatcher.start();
    await waitUntil(
      () => api.logLines.filter((line) => line.includes("dispatch_postponed")),
      (lines) => lines.length > 0,
    );
    expect(await dispatched()).toEqual([]);
    isAway = false;
    await waitUntil(dispatched, (ids) => ids.includes(id));
    await dispatcher.stop();
    expect(await queued()).toEqual([`${id}-1`]);
  });
});

describe("waking", () => {
  test("a started dispatcher takes what a wake tells it of at once, also while it works", async () => {
    const by = await userOf("Premium");
    const dispatcher = dispatcherWith();
    dispatcher.start();
    const ids: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      ids.push(...(await insertWaiting(api, by, 2)));
      dispatcher.wake();
    }
    await waitUntil(dispatched, (found) => found.length === ids.length, { seconds: 2 });
    await dispatcher.stop();
    expect(await queued()).toEqual(ids.map((id) => `${id}-1`).sort());
  });

  test("a stopped one takes nothing more", async () => {
    const by = await userOf("Free");
    const dispatcher = dispatcherWith();
    dispatcher.start();
    await dispatcher.stop();
    await insertWaiting(api, by, 1);
    dispatcher.wake();
    expect(await dispatched()).toEqual([]);
  });
});
