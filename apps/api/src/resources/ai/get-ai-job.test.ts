import { inlineResultBytes, type AiResult } from "@hivesync/contracts/jobs/ai-result";
import type { AiJob } from "@hivesync/contracts/resources/ai";
import { newId } from "@hivesync/platform/ids";
import { aiFileKey } from "@hivesync/platform/storage/ai-files";
import { afterAll, describe, expect, test } from "vitest";
import { claimAi, completeAi, resultOf, submitAi } from "#testing/ai-jobs.ts";
import { createTeam, setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { postSigned } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner, member, stranger } = await createTeam(api);
await setTier(api, owner, "Premium");

async function submit(): Promise<string> {
  const by = { token: owner.token, projectId: project.id, jobType: "document" } as const;
  return (await submitAi(api, by, { "a.ts": `// ${newId()}` })).job_id;
}

async function read(jobId: string): Promise<AiJob> {
  const answer = await api.call(`GET /ai/jobs/${jobId}`, { token: member.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("a job that waits has a state and no result", async () => {
    const id = await submit();
    const job = await read(id);
    expect(job).toEqual({
      job_id: id,
      project_id: project.id,
      job_type: "document",
      status: "QUEUED",
      queue: "ai-cpu",
      progress: null,
      result_url: null,
      result: null,
      logs_url: null,
      error: null,
      requested_by: owner.id,
      retried_from: null,
      created_at: job.created_at,
      started_at: null,
      completed_at: null,
    });
  });

  test("progress is shown while it is written", async () => {
    const id = await submit();
    await claimAi(api, id);
    const progress = { phase: "writing", ratio: 0.5 };
    await api.sql`UPDATE ai_jobs SET progress = ${api.sql.json(progress)} WHERE id = ${id}`;
    expect(await read(id)).toMatchObject({ status: "RUNNING", progress, result: null });
  });

  test("a result that is small stands in the answer, and behind a link of five minutes", async () => {
    const id = await submit();
    const result: AiResult = {
      ...resultOf(),
      edits: [{ path: "a.ts", line: 1, delete_lines: 0, insert: "/** Ä. */\n" }],
      diff: "--- a/a.ts\n+++ b/a.ts\n",
      files: [{ path: "a.ts", text: "/** Ä. */\n" }],
    };
    await completeAi(api, { teamId, jobId: id }, result);
    const job = await read(id);
    expect(job).toMatchObject({ status: "COMPLETED", progress: null, result, error: null });
    expect(job.result_url).toContain("X-Amz-Expires=300");
    const response = await fetch(job.result_url ?? "");
    expect(response.headers.get("content-disposition")).toBe("attachment");
    expect(await response.json()).toEqual(result);
    expect(await (await fetch(job.logs_url ?? "")).text()).toBe("done");
    const [row] = await api.sql`SELECT j::text AS row FROM ai_jobs j WHERE id = ${id}`;
    expect(row?.["row"]).not.toMatch(/X-Amz|https?:/);
  });

  test.each([
    ["just under 64 KB stands in the answer", -1],
    ["of 64 KB is behind its link alone", 0],
  ])("a result %s", async (_, more) => {
    const id = await submit();
    const without = JSON.stringify(resultOf("")).length;
    const result = resultOf("x".repeat(inlineResultBytes - without + more));
    expect(JSON.stringify(result)).toHaveLength(inlineResultBytes + more);
    await completeAi(api, { teamId, jobId: id }, result);
    const job = await read(id);
    expect(job.result).toEqual(more < 0 ? result : null);
    expect(await (await fetch(job.result_url ?? "")).json()).toEqual(result);
  });

  test.each([
    ["of another form", { poem: "roses" }],
    ["that is gone", undefined],
  ])("a result %s is not shown, and the job is all the same", async (_, result) => {
    const id = await submit();
    await completeAi(api, { teamId, jobId: id }, result ?? resultOf());
    if (!result) await api.deps.storage.delete([aiFileKey({ teamId, jobId: id, attempt: 1 }, "result")]);
    const job = await read(id);
    expect(job).toMatchObject({ status: "COMPLETED", result: null });
    expect(job.result_url).toMatch(/^http/);
  });

  test("while the store is away the job is told of, without its result", async () => {
    const id = await submit();
    await completeAi(api, { teamId, jobId: id });
    await using alone = await startTestApi({ HIVESYNC_S3_ENDPOINT: "http://127.0.0.1:1" }, api.stack);
    const answer = await alone.call(`GET /ai/jobs/${id}`, { token: member.token });
    expect(answer.body.data).toMatchObject({ status: "COMPLETED", result: null });
  });

  test("a failed job says why, and shows its log", async () => {
    const id = await submit();
    const attempt = await claimAi(api, id);
    const fail = { job_id: id, status: "FAIL", attempt, error: "The model did not answer." };
    await postSigned(api, "/ai/callback", { ...fail, error_code: "AI_JOB_FAILED" });
    const error = { code: "AI_JOB_FAILED", message: "The model did not answer.", details: null };
    expect(await read(id)).toMatchObject({ status: "FAILED", error, result_url: null, result: null });
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    await expectRefusal(api, "GET /ai/jobs/7", { token: member.token, code: "VALIDATION_ERROR", at: ["id"] });
  });
});

describe("404", () => {
  test("a job of another team looks like one that is not there", async () => {
    const id = await submit();
    const look = (jobId: string) =>
      expectRefusal(api, `GET /ai/jobs/${jobId}`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await look(id)).body).toEqual((await look(newId())).body);
  });
});
