import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { sha256Hex } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam, setTier, type TestTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { claim, complete, missingIn, postSigned, publish, type RequestedPreview } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const text = "<p>again</p>";

const retry = (jobId: string, token: string) => api.call(`POST /preview/${jobId}/retry`, { token, body: {} });

async function failed(team: TestTeam): Promise<string> {
  const { job_id } = await publish(api, { token: team.owner.token, projectId: team.project.id }, { "a.html": text });
  const attempt = await claim(api, job_id);
  await postSigned(api, "/preview/callback", { job_id, status: "FAIL", attempt, error: "no" });
  return job_id;
}

describe("202", () => {
  test("a failed preview is asked for again: a new job of the same files, with a link of its own, that names the first", async () => {
    const team = await createTeam(api);
    const first = await failed(team);
    const answer = await retry(first, team.member.token);
    expect(answer.status).toBe(202);
    const again: RequestedPreview = answer.body.data;
    expect(again).toMatchObject({ status: "QUEUED", queue: "preview-cpu" });
    expect(again.job_id).not.toBe(first);
    const shown = await api.call(`GET /preview/${again.job_id}`, { token: again.preview_token });
    expect(shown.body.data).toMatchObject({ retried_from: first, requested_by: team.member.id });
    const keys = await api.sql`SELECT DISTINCT input_key FROM preview_sessions WHERE id IN (${first}, ${again.job_id})`;
    expect(keys).toHaveLength(1);
    await complete(api, { teamId: team.teamId, jobId: again.job_id });
  });

  test("a cancelled one too; one that is ready gives the same bundle at once", async () => {
    const team = await createTeam(api);
    await setTier(api, team.owner, "Pro");
    const { job_id } = await publish(api, { token: team.owner.token, projectId: team.project.id }, { "a.html": text });
    await api.call(`POST /preview/${job_id}/cancel`, { token: team.owner.token, body: {} });
    const second: RequestedPreview = (await retry(job_id, team.owner.token)).body.data;
    expect(second.status).toBe("QUEUED");
    await complete(api, { teamId: team.teamId, jobId: second.job_id });
    const third: RequestedPreview = (await retry(second.job_id, team.owner.token)).body.data;
    expect(third.status).toBe("COMPLETED");
  });
});

describe("409", () => {
  test("a preview that has not ended is not retried", async () => {
    const team = await createTeam(api);
    const { job_id } = await publish(api, { token: team.owner.token, projectId: team.project.id }, { "a.html": text });
    await expectRefusal(api, `POST /preview/${job_id}/retry`, { token: team.owner.token, body: {}, code: "CONFLICT" });
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
    const [row] = await api.sql<{ input_key: string }[]>`SELECT input_key FROM preview_sessions WHERE id = ${first}`;
    await api.deps.storage.delete([row?.input_key ?? ""]);
    await expectRefusal(api, `POST /preview/${first}/retry`, { token: team.owner.token, body: {}, code: "CONFLICT" });
  });
});

describe("429", () => {
  test("retries count as previews", async () => {
    const team = await createTeam(api);
    const first = await failed(team);
    const answers = [];
    for (let index = 0; index < 6; index += 1) answers.push(await retry(first, team.owner.token));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 429]);
  });
});

describe("404", () => {
  test("a stranger finds nothing to retry", async () => {
    const team = await createTeam(api);
    const first = await failed(team);
    await expectRefusal(api, `POST /preview/${first}/retry`, {
      token: team.stranger.token,
      body: {},
      code: "NOT_FOUND",
    });
  });
});
