import { queueNames, type QueueName } from "@hivesync/contracts/jobs/job-state";
import type { KeptScalingRule, ScalingRule } from "@hivesync/contracts/operator";
import { defaultScaling } from "@hivesync/contracts/scaling";
import { everyone } from "@hivesync/platform/events/topics";
import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createTeam, setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { publish } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
const other = await startTestApi({}, api.stack);
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
const [site, user] = await Promise.all([api.register("site"), api.register("user")]);
await setTier(api, site, "Admin");
const told: string[] = [];
await other.deps.events.subscribe({ name: "scaling", key: everyone }, ({ queue }) => told.push(queue)).ready;
beforeEach(async () => {
  await api.sql`DELETE FROM scaling_rules`;
  await api.sql`DELETE FROM audit_logs WHERE event_type = 'scaling_changed'`;
  told.length = 0;
});

const rule: ScalingRule = {
  queue: "preview-cpu",
  min_workers: 1,
  max_workers: 6,
  concurrency: 3,
  target_wait_seconds: 10,
  gpu_fallback: "cpu",
  paused: false,
};
const set = (body: object) => api.call("POST /admin/scaling", { token: site.token, body });
const audited = () =>
  api.sql`SELECT user_id, actor_id, metadata FROM audit_logs WHERE event_type = 'scaling_changed' ORDER BY created_at, id`;

describe("200", () => {
  test("the rule is kept and shown, with its time", async () => {
    const answer = await set(rule);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ ...rule, updated_at: expect.any(String) as string });
    const { items } = (await api.call("GET /admin/scaling", { token: site.token })).body.data as {
      items: KeptScalingRule[];
    };
    expect(items.find(({ queue }) => queue === rule.queue)).toEqual(answer.body.data);
  });

  test.each(queueNames)("%s has a rule of its own", async (queue: QueueName) => {
    expect((await set({ ...rule, queue })).body.data).toMatchObject({ queue, max_workers: 6 });
    expect(await api.sql`SELECT queue FROM scaling_rules`).toEqual([{ queue }]);
  });

  test("who changed what into what is audited: at first from the defaults, then from what was set", async () => {
    await set(rule);
    const later = { ...rule, paused: true, gpu_fallback: "wait", target_wait_seconds: 60 };
    await set(later);
    const row = { user_id: null, actor_id: site.id };
    expect(await audited()).toEqual([
      { ...row, metadata: { queue: rule.queue, before: defaultScaling["preview-cpu"], after: rule } },
      { ...row, metadata: { queue: rule.queue, before: rule, after: later } },
    ]);
  });

  test("the same once more changes nothing; the defaults, set for the first time, are a rule from then on", async () => {
    const first = await set(defaultScaling["ai-cpu"]);
    expect(first.body.data).toEqual({ ...defaultScaling["ai-cpu"], updated_at: expect.any(String) as string });
    const again = await set(defaultScaling["ai-cpu"]);
    expect(again.body).toEqual(first.body);
    expect(await audited()).toHaveLength(1);
  });

  test("workers are told, wherever they are, of each change", async () => {
    await set(rule);
    await set({ ...rule, queue: "ai-gpu", paused: true });
    await waitUntil(
      () => told,
      (queues) => queues.length === 2,
    );
    expect(told).toEqual(["preview-cpu", "ai-gpu"]);
  });

  test("of many who set the first rule at once each is audited with what was there before it", async () => {
    const answers = await Promise.all([2, 3, 4, 5].map((concurrency) => set({ ...rule, concurrency })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const changes = (await audited()).map(({ metadata }) => metadata as { before: ScalingRule; after: ScalingRule });
    expect(changes).toHaveLength(4);
    // One after the other: each began where another ended, the first at the defaults, and the last is what is kept.
    const [kept] = await api.sql`SELECT concurrency FROM scaling_rules`;
    const before = changes.map((change) => String(change.before.concurrency));
    const after = changes.map((change) => String(change.after.concurrency));
    const first = String(defaultScaling["preview-cpu"].concurrency);
    expect([...before, String(kept?.["concurrency"])].toSorted()).toEqual([first, ...after].toSorted());
  });

  test("the very next preview is routed by it: a GPU queue may wait for its workers", async () => {
    const { owner, project } = await createTeam(api);
    await setTier(api, owner, "Premium");
    const queueOfNext = async () =>
      (await publish(api, { token: owner.token, projectId: project.id }, { "a.html": newId() })).queue;
    expect(await queueOfNext()).toBe("preview-cpu");
    await set({ ...defaultScaling["preview-gpu"], gpu_fallback: "wait" });
    expect(await queueOfNext()).toBe("preview-gpu");
  });
});

describe("400", () => {
  const cases: [string, object, string][] = [
    ["a queue that is none", { queue: "nope" }, "queue"],
    ["more at least than at most", { min_workers: 7 }, "min_workers"],
    ["fewer than none", { min_workers: -1 }, "min_workers"],
    ["more than a thousand", { max_workers: 1_001 }, "max_workers"],
    ["no job at once", { concurrency: 0 }, "concurrency"],
    ["more at once than a worker can do", { concurrency: 65 }, "concurrency"],
    ["half a job", { concurrency: 1.5 }, "concurrency"],
    ["no time", { target_wait_seconds: 0 }, "target_wait_seconds"],
    ["another fallback", { gpu_fallback: "drop" }, "gpu_fallback"],
    ["something like true", { paused: "true" }, "paused"],
  ];
  test.each(cases)("%s is refused, and named", async (_, change, at) => {
    const refusal = { token: site.token, body: { ...rule, ...change }, code: "VALIDATION_ERROR", at: [at] } as const;
    await expectRefusal(api, "POST /admin/scaling", refusal);
  });

  test("a rule is given whole", async () => {
    const at = ["min_workers", "max_workers", "concurrency", "target_wait_seconds", "gpu_fallback", "paused"];
    const refusal = { token: site.token, body: { queue: "ai-cpu" }, code: "VALIDATION_ERROR", at } as const;
    await expectRefusal(api, "POST /admin/scaling", refusal);
  });
});

describe("403", () => {
  test("only the site's admins set them", async () => {
    await expectRefusal(api, "POST /admin/scaling", { token: user.token, body: rule, code: "FORBIDDEN" });
  });
});
