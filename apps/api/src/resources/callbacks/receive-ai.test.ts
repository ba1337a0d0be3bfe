import { newId } from "@hivesync/platform/ids";
import { toObjectUrl } from "@hivesync/platform/storage/object-keys";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { aiSuccess, claimAi, submitAi } from "#testing/ai-jobs.ts";
import { createTeam, setTier } from "#testing/arrange.ts";
import { describeForeignPreview, describeSignatures } from "#testing/callback-addresses.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { postSigned } from "#testing/publish.ts";
import { startTestApi, type Answer } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner } = await createTeam(api);
await setTier(api, owner, "Premium");
const path = "/ai/callback";
beforeEach(() => api.deps.refusedCallbacks.clear());

/** An AI job that a worker has taken. */
async function runningJob(): Promise<{ teamId: string; jobId: string; attempt: number }> {
  const by = { token: owner.token, projectId: project.id };
  const { job_id: jobId } = await submitAi(api, by, { "a.ts": newId() });
  return { teamId, jobId, attempt: await claimAi(api, jobId) };
}

async function readRow(jobId: string) {
  const [row] = await api.sql`SELECT * FROM ai_jobs WHERE id = ${jobId}`;
  return row;
}

/** What the end of a job leaves behind besides its row. */
async function effectsOf(jobId: string) {
  const told = await api.sql`SELECT type, data FROM notifications WHERE data ->> 'job_id' = ${jobId}`;
  const audited = await api.sql`
    SELECT event_type FROM audit_logs WHERE metadata ->> 'job_id' = ${jobId} AND event_type <> 'ai_requested'`;
  return { told: [...told], audited: audited.map((row) => row["event_type"] as string) };
}

async function expectUnchanged(jobId: string, post: () => Promise<Answer>): Promise<Answer> {
  const before = await readRow(jobId);
  const answer = await post();
  expect(await readRow(jobId)).toEqual(before);
  expect(await effectsOf(jobId)).toEqual({ told: [], audited: [] });
  return answer;
}

describe("200", () => {
  test.each([path, "/workers/callback"])(
    "at %s success ends the job with its keys, tells the requester, and is audited",
    async (address) => {
      const job = await runningJob();
      const answer = await postSigned(api, address, await aiSuccess(api, job));
      expect(answer.body).toEqual({ ok: true, data: { applied: true }, error: null });
      const prefix = `t/${teamId}/ai/${job.jobId}/1/`;
      const row = await readRow(job.jobId);
      expect(row).toMatchObject({
        status: "COMPLETED",
        result_url: `${prefix}result.json`,
        logs_key: `${prefix}job.log`,
        timings: { write_ms: 7 },
        progress: null,
        error: null,
      });
      expect(row?.["completed_at"]).toBeInstanceOf(Date);
      const data = { job_id: job.jobId, project_id: project.id };
      expect(await effectsOf(job.jobId)).toEqual({ told: [{ type: "ai_ready", data }], audited: ["ai_completed"] });
    },
  );

  test("failure ends the job with its reason in both forms", async () => {
    const job = await runningJob();
    const error = "The model did not answer.";
    await postSigned(api, path, { job_id: job.jobId, status: "FAIL", attempt: 1, bundle_url: null, error });
    expect(await readRow(job.jobId)).toMatchObject({
      status: "FAILED",
      result_url: null,
      error_message: error,
      error: { code: "AI_JOB_FAILED", message: error, details: null },
    });
    const { told, audited } = await effectsOf(job.jobId);
    expect(told).toMatchObject([{ type: "ai_failed", data: { code: "AI_JOB_FAILED", message: error } }]);
    expect(audited).toEqual(["ai_failed"]);
  });

  test("ten of the same at once take effect once", async () => {
    const job = await runningJob();
    const body = await aiSuccess(api, job);
    const answers = await Promise.all(Array.from({ length: 10 }, () => postSigned(api, path, body)));
    for (const { status } of answers) expect(status).toBe(200);
    expect(answers.filter(({ body: { data } }) => (data as { applied: boolean }).applied)).toHaveLength(1);
    const { told, audited } = await effectsOf(job.jobId);
    expect([told.length, audited.length]).toEqual([1, 1]);
  });

  test("a stale attempt is fenced off, and the later one applies", async () => {
    const job = await runningJob();
    const stale = await aiSuccess(api, job);
    const attempt = await claimAi(api, job.jobId);
    const late = await expectUnchanged(job.jobId, () => postSigned(api, path, stale));
    expect(late.body.data).toEqual({ applied: false });
    const answer = await postSigned(api, path, await aiSuccess(api, { ...job, attempt }));
    expect(answer.body.data).toEqual({ applied: true });
    expect(await readRow(job.jobId)).toMatchObject({ result_url: `t/${teamId}/ai/${job.jobId}/2/result.json` });
  });

  test("the requester's account may be gone by then: nobody is told", async () => {
    const job = await runningJob();
    await api.sql`UPDATE ai_jobs SET requested_by = NULL WHERE id = ${job.jobId}`;
    expect((await postSigned(api, path, await aiSuccess(api, job))).body.data).toEqual({ applied: true });
    expect(await effectsOf(job.jobId)).toEqual({ told: [], audited: ["ai_completed"] });
  });
});

describe("400", () => {
  test.each<[string, (jobId: string) => string]>([
    ["another team", (jobId) => `t/${newId()}/ai/${jobId}/1/result.json`],
    ["another job", () => `t/${teamId}/ai/${newId()}/1/result.json`],
    ["another attempt", (jobId) => `t/${teamId}/ai/${jobId}/2/result.json`],
    ["the place of previews", (jobId) => `t/${teamId}/previews/${jobId}/1/result.json`],
    ["a way out", (jobId) => `t/${teamId}/ai/${jobId}/1/../2/result.json`],
    ["an object that is not there", (jobId) => `t/${teamId}/ai/${jobId}/1/none.json`],
  ])("a result in %s is refused, and audited", async (_, keyOf) => {
    const job = await runningJob();
    const good = await aiSuccess(api, job);
    const key = keyOf(job.jobId);
    if (!key.includes("none") && !key.includes("..")) await api.deps.storage.put(key, "{}", "application/json");
    const body = { ...good, bundle_url: toObjectUrl(api.deps.storage.bucket, key) };
    const audits = () => api.sql`SELECT id FROM audit_logs WHERE event_type = 'callback_refused'`;
    const before = (await audits()).length;
    const answer = await expectUnchanged(job.jobId, () => postSigned(api, path, body));
    expectError(answer, "VALIDATION_ERROR");
    expect(answer.body.error?.details).toMatchObject([{ path: "bundle_url" }]);
    expect((await audits()).length).toBe(before + 1);
  });

  test("success without a result is refused", async () => {
    const job = await runningJob();
    const body = { ...(await aiSuccess(api, job)), bundle_url: null };
    expectError(await expectUnchanged(job.jobId, () => postSigned(api, path, body)), "VALIDATION_ERROR");
  });
});

describeSignatures(api, path);
describeForeignPreview(api, path);

describe("404", () => {
  test("an AI job is not there at the address of previews, and goes on", async () => {
    const job = await runningJob();
    const body = await aiSuccess(api, job);
    expectError(await expectUnchanged(job.jobId, () => postSigned(api, "/preview/callback", body)), "NOT_FOUND");
    expectError(await expectUnchanged(job.jobId, () => postSigned(api, "/repos/callback", body)), "NOT_FOUND");
  });
});
