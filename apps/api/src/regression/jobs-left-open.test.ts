import { createEnqueuer } from "@hivesync/platform/queue/enqueue";
import { afterAll, expect, test } from "vitest";
import { createDispatcher } from "#outbox/dispatcher.ts";
import { createReconciler } from "#outbox/reconciler.ts";
import { createProject } from "#testing/arrange.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { insertWaiting } from "#testing/waiting-jobs.ts";

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
const { db, log, settings } = api.deps;
const dispatcher = createDispatcher({ db, enqueuer, tiers: settings.tiers, log });
const reconciler = createReconciler({ db, transact: api.deps.transact, enqueuer, log, onSentBack: () => undefined });
const user = await api.register();
const project = await createProject(api, user);

async function waiting(): Promise<string> {
  await api.sql`DELETE FROM preview_sessions`;
  const [id = ""] = await insertWaiting(api, { user, projectId: project.id }, 1);
  return id;
}

async function statusOf(id: string): Promise<string> {
  const [row] = await api.sql<{ status: string }[]>`SELECT status FROM preview_sessions WHERE id = ${id}`;
  return row?.status ?? "gone";
}

test("a job that a worker claimed before the dispatcher could mark it, and that its queue lost, is sent back", async () => {
  const id = await waiting();
  await api.sql`UPDATE preview_sessions SET status = 'RUNNING', attempt = 1, started_at = now() - interval '1 hour' WHERE id = ${id}`;
  expect(await reconciler.reconcileOnce()).toBe(1);
  expect(await statusOf(id)).toBe("QUEUED");
});

test("the job of a user who is gone still runs", async () => {
  const id = await waiting();
  await api.sql`UPDATE preview_sessions SET requested_by = NULL WHERE id = ${id}`;
  expect(await dispatcher.dispatchOnce()).toBe(1);
});

test("a preview whose link expired before it was built is not built, and ends with a reason", async () => {
  const id = await waiting();
  await api.sql`UPDATE preview_sessions SET expires_at = now() - interval '1 second' WHERE id = ${id}`;
  expect(await dispatcher.dispatchOnce()).toBe(0);
  await reconciler.reconcileOnce();
  expect(await statusOf(id)).toBe("FAILED");
});
