import { queueNames } from "@hivesync/contracts/jobs/job-state";
import type { KeptScalingRule } from "@hivesync/contracts/operator";
import { defaultScaling } from "@hivesync/contracts/scaling";
import { afterAll, describe, expect, test } from "vitest";
import { setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const [site, user] = await Promise.all([api.register("site"), api.register("user")]);
await setTier(api, site, "Admin");

async function list(): Promise<KeptScalingRule[]> {
  const answer = await api.call("GET /admin/scaling", { token: site.token });
  expect(answer.status).toBe(200);
  return (answer.body.data as { items: KeptScalingRule[] }).items;
}

describe("200", () => {
  test("every queue has a rule, that of the defaults where nobody has set one", async () => {
    expect(await list()).toEqual(queueNames.map((queue) => ({ ...defaultScaling[queue], updated_at: null })));
  });

  test("one that was set is told, with its time, in the same place", async () => {
    await api.sql`INSERT INTO scaling_rules (queue, min_workers, max_workers, concurrency, gpu_fallback) VALUES ('ai-gpu', 2, 7, 3, 'wait')`;
    const items = await list();
    expect(items.map(({ queue }) => queue)).toEqual(queueNames);
    expect(items.find(({ queue }) => queue === "ai-gpu")).toEqual({
      queue: "ai-gpu",
      min_workers: 2,
      max_workers: 7,
      concurrency: 3,
      target_wait_seconds: 5,
      gpu_fallback: "wait",
      paused: false,
      updated_at: expect.any(String) as string,
    });
  });
});

describe("403", () => {
  test("only the site's admins see them", async () => {
    await expectRefusal(api, "GET /admin/scaling", { token: user.token, code: "FORBIDDEN" });
  });
});
