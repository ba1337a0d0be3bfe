import type { SubmittedAiJob } from "@hivesync/contracts/resources/ai";
import { sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { afterAll, describe, expect, test } from "vitest";
import { claimAi, completeAi, submitAi } from "#testing/ai-jobs.ts";
import { createTeam, type TestTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { missingIn, postSigned } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const text = "// again";

const retry = (jobId: string, token: string) => api.call(`POST /ai/jobs/${jobId}/retry`, { token, body: {} });

async function failed(team: TestTeam): Promise<string> {
  const by = { token: team.owner.token, projectId: team.project.id, jobType: "summarize" } as const;
  const { job_id } = await submitAi(api, by, { "a.ts": text });
  const attempt = await claimAi(api, job_id);
  await postSigned(api, "/ai/callback", { job_id, status: "FAIL", attempt, error: "no" });
  return job_id;
}

async function inputKeyOf(id: string): Promise<string> {
  const [row] = await api.sql<{ input_key: string }[]>`SELECT input_key FROM ai_jobs WHERE id = ${id}`;
  return row?.input_key ?? "";
}

describe("202", () => {
  test("a failed job is asked for again: a new one of the same files that names the first", async () => {
    const team = await createTeam(api);
    const first = await failed(team);
    const answer = await retry(first, team.member.token);
    expect(answer.status).toBe(202);
    const again: SubmittedAiJob = answer.body.data;
    expect(again).toMatchObject({ status: "QUEUED", queue: "ai-cpu" });
    expect(again.job_id).not.toBe(first);
    const shown = await api.call(`GET /ai/jobs/${again.job_id}`, { token: team.owner.token });
    expect(shown.body.data).toMatchObject({
      job_type: "summarize",
      retried_from: first,
      requested_by: team.member.id,
    });
    expect(await inputKeyOf(again.job_id)).toBe(await inputKeyOf(first));
    await completeAi(api, { teamId: team.teamId, jobId: again.job_id });
  });

  test("one that is done is written anew: what an engine says is not the same twice", async () => {
    const team = await createTeam(api);
    const { job_id } = await submitAi(api, { token: team.owner.token, projectId: team.project.id }, { "a.ts": text });
    await completeAi(api, { teamId: team.teamId, jobId: job_id });
    const again: SubmittedAiJob = (await retry(job_id, team.owner.token)).body.data;
    expect(again.status).toBe("QUEUED");
  });
});

describe("409", () => {
  test("a job that has not ended is not retried", async () => {
    const team = await createTeam(api);
    const by = { token: team.owner.token, projectId: team.project.id };
    const { job_id } = await submitAi(api, by, { "a.ts": text });
    await expectRefusal(api, `POST /ai/jobs/${job_id}/retry`, { token: team.owner.token, body: {}, code: "CONFLICT" });
  });

  test("files that are gone from storage are named, with where to put them", async () => {
    const team = await createTeam(api);
    const first = await failed(team);
    await api.deps.storage.delete([objectKeys.blob(team.teamId, sha256Hex(text))]);
    await api.sql`DELETE FROM blobs WHERE team_id = ${team.teamId}`;
    const answer = await retry(first, team.owner.token);
    expectError(answer, "FILES_MISSING");
    expect(missingIn(answer).missing.map(({ sha256 }) => sha256)).toEqual([sha256Hex(text)]);
  });

  test("a list of files that is gone from storage is said to be", async () => {
    const team = await createTeam(api);
    const first = await failed(team);
    await api.deps.storage.delete([await inputKeyOf(first)]);
    await expectRefusal(api, `POST /ai/jobs/${first}/retry`, { token: team.owner.token, body: {}, code: "CONFLICT" });
  });
});

describe("429", () => {
  test("retries count as AI jobs", async () => {
    const team = await createTeam(api);
    const first = await failed(team);
    const answers = [];
    for (let index = 0; index < 3; index += 1) answers.push(await retry(first, team.owner.token));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
  });
});

describe("404", () => {
  test("a stranger finds nothing to retry", async () => {
    const team = await createTeam(api);
    const first = await failed(team);
    const refusal = { token: team.stranger.token, body: {}, code: "NOT_FOUND" } as const;
    await expectRefusal(api, `POST /ai/jobs/${first}/retry`, refusal);
  });
});
