import type { JobStats } from "@hivesync/contracts/operator";
import { afterAll, describe, expect, test } from "vitest";
import { completeAi, claimAi, submitAi } from "#testing/ai-jobs.ts";
import { createTeam, setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { postSigned, publish } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const site = await api.register("site");
await setTier(api, site, "Admin");
const team = await createTeam(api);
await setTier(api, team.owner, "Pro");
const by = { token: team.owner.token, projectId: team.project.id };

describe("200", () => {
  test("AI jobs that ended well, that failed and that wait are counted as their callbacks left them, and no preview with them", async () => {
    const ready = await submitAi(api, by, { "a.ts": "// ready" });
    await completeAi(api, { teamId: team.teamId, jobId: ready.job_id });
    const failed = await submitAi(api, by, { "a.ts": "// failed" });
    const attempt = await claimAi(api, failed.job_id);
    await postSigned(api, "/ai/callback", { job_id: failed.job_id, status: "FAIL", attempt, error: "no model" });
    await submitAi(api, by, { "a.ts": "// waits" });
    await publish(api, by, { "a.html": "a preview" });
    const answer = await api.call("GET /admin/stats/ai?bucket=minute", { token: site.token });
    expect(answer.status).toBe(200);
    const stats: JobStats = answer.body.data;
    expect(stats).toMatchObject({
      total: 3,
      by_status: { QUEUED: 1, RUNNING: 0, COMPLETED: 1, FAILED: 1, CANCELLED: 0 },
      by_tier: [{ tier: "Pro", total: 3, failed: 1 }],
      failures: [{ code: "AI_JOB_FAILED", message: "no model", count: 1 }],
    });
    expect(stats.wait_seconds.p50).toBeGreaterThanOrEqual(0);
    const all = stats.series.reduce((sum, step) => sum + step.completed + step.failed + step.cancelled + step.open, 0);
    expect(all).toBe(3);
  });
});

describe("400", () => {
  test("more steps than are shown are refused, and named", async () => {
    const refusal = { token: site.token, code: "VALIDATION_ERROR", at: ["bucket"] } as const;
    await expectRefusal(api, "GET /admin/stats/ai?from=2020-01-01T00:00:00.000Z", refusal);
  });
});

describe("403", () => {
  test("nobody else is told", async () => {
    await expectRefusal(api, "GET /admin/stats/ai", { token: team.owner.token, code: "FORBIDDEN" });
  });
});
