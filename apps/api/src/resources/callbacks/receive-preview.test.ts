import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { signCallback } from "@hivesync/platform/callback-signature";
import { newId } from "@hivesync/platform/ids";
import { toObjectUrl } from "@hivesync/platform/storage/object-keys";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { describeSignatures } from "#testing/callback-addresses.ts";
import { createTeam, setTier } from "#testing/arrange.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { claim, postSigned, publish, putResult, successBody } from "#testing/publish.ts";
import { startTestApi, type Answer } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner } = await createTeam(api);
await setTier(api, owner, "Premium");
const path = "/preview/callback";
beforeEach(() => api.deps.refusedCallbacks.clear());

/** A preview that a worker has taken. */
async function runningJob(): Promise<{ teamId: string; jobId: string; attempt: number }> {
  const { job_id: jobId } = await publish(api, { token: owner.token, projectId: project.id }, { "a.html": newId() });
  return { teamId, jobId, attempt: await claim(api, jobId) };
}

async function readRow(jobId: string) {
  const [row] = await api.sql`SELECT * FROM preview_sessions WHERE id = ${jobId}`;
  return row;
}

/** What the end of a job leaves behind besides its row. */
async function effectsOf(jobId: string) {
  const told = await api.sql`SELECT type, data FROM notifications WHERE data ->> 'job_id' = ${jobId}`;
  const audited = await api.sql`
    SELECT event_type FROM audit_logs WHERE metadata ->> 'job_id' = ${jobId} AND event_type <> 'preview_requested'`;
  return { told, audited: audited.map((row) => row["event_type"] as string) };
}

async function expectUnchanged(jobId: string, post: () => Promise<Answer>): Promise<Answer> {
  const before = await readRow(jobId);
  const answer = await post();
  expect(await readRow(jobId)).toEqual(before);
  expect(await effectsOf(jobId)).toEqual({ told: [], audited: [] });
  return answer;
}

describe("200", () => {
  test("success ends the job with its keys, tells the requester, and is audited", async () => {
    const job = await runningJob();
    const body = await successBody(api, job);
    const answer = await postSigned(api, path, body);
    expect(answer.body).toEqual({ ok: true, data: { applied: true }, error: null });
    const prefix = `t/${teamId}/previews/${job.jobId}/1/`;
    const row = await readRow(job.jobId);
    expect(row).toMatchObject({
      status: "COMPLETED",
      bundle_url: `${prefix}index.html`,
      logs_key: `${prefix}build.log`,
      artifacts: { source_map: `${prefix}index.html.map` },
      kind: "Vue page (Vue 3)",
      warnings: ["one warning"],
      timings: { build_ms: 12 },
      progress: null,
      error: null,
    });
    expect(row?.["completed_at"]).toBeInstanceOf(Date);
    const { told, audited } = await effectsOf(job.jobId);
    expect(told).toEqual([{ type: "preview_ready", data: { job_id: job.jobId, project_id: project.id } }]);
    expect(audited).toEqual(["preview_completed"]);
    const [kinds] = await api.sql`
      SELECT jsonb_typeof(artifacts) AS artifacts, jsonb_typeof(warnings) AS warnings, jsonb_typeof(timings) AS timings
      FROM preview_sessions WHERE id = ${job.jobId}`;
    expect(kinds).toEqual({ artifacts: "object", warnings: "array", timings: "object" });
  });

  test("failure ends the job with its reason in both forms", async () => {
    const job = await runningJob();
    const details = [{ file: "App.tsx", line: 2, column: 3, text: "Unexpected", line_text: "<View>" }];
    await postSigned(api, path, {
      job_id: job.jobId,
      status: "FAIL",
      attempt: 1,
      bundle_url: null,
      logs_url: await putResult(api, job, "build.log"),
      error: "App.tsx:2 Unexpected",
      error_code: "PREVIEW_BUILD_FAILED",
      error_details: details,
    } satisfies CallbackBody);
    expect(await readRow(job.jobId)).toMatchObject({
      status: "FAILED",
      bundle_url: null,
      error_message: "App.tsx:2 Unexpected",
      error: { code: "PREVIEW_BUILD_FAILED", message: "App.tsx:2 Unexpected", details },
    });
    const { told, audited } = await effectsOf(job.jobId);
    expect(told[0]?.["data"]).toMatchObject({ code: "PREVIEW_BUILD_FAILED", message: "App.tsx:2 Unexpected" });
    expect(audited).toEqual(["preview_failed"]);
    const [kind] = await api.sql`
      SELECT jsonb_typeof(error) AS error, jsonb_typeof(error -> 'details') AS details FROM preview_sessions WHERE id = ${job.jobId}`;
    expect(kind).toEqual({ error: "object", details: "array" });
  });

  test("the spec's bare body, without an attempt, speaks of the first one only", async () => {
    const first = await runningJob();
    const { attempt: _, ...bare } = await successBody(api, first);
    expect((await postSigned(api, path, bare)).body.data).toEqual({ applied: true });
    const second = await runningJob();
    await claim(api, second.jobId);
    const { attempt: __, ...late } = await successBody(api, second);
    const answer = await expectUnchanged(second.jobId, () => postSigned(api, path, late));
    expect(answer.body.data).toEqual({ applied: false });
  });

  test("an error code that is not of our table becomes the build's own", async () => {
    const job = await runningJob();
    const fail = { job_id: job.jobId, status: "FAIL", attempt: 1, error: "odd", error_code: "toString" };
    await postSigned(api, path, fail);
    expect(await readRow(job.jobId)).toMatchObject({ error: { code: "PREVIEW_BUILD_FAILED", message: "odd" } });
  });

  test("metrics that are not what we know are left out, and the end is taken", async () => {
    const job = await runningJob();
    const body = {
      ...(await successBody(api, job)),
      metrics: { timings: "soon", warnings: [1], kind: "x".repeat(101), other: {} },
    };
    expect((await postSigned(api, path, body)).body.data).toEqual({ applied: true });
    expect(await readRow(job.jobId)).toMatchObject({ timings: null, kind: null, warnings: [] });
  });

  test("ten of the same at once take effect once", async () => {
    const job = await runningJob();
    const body = await successBody(api, job);
    const answers = await Promise.all(Array.from({ length: 10 }, () => postSigned(api, path, body)));
    for (const { status } of answers) expect(status).toBe(200);
    const applied = answers.filter(({ body: { data } }) => (data as { applied: boolean }).applied);
    expect(applied).toHaveLength(1);
    const { told, audited } = await effectsOf(job.jobId);
    expect(told).toHaveLength(1);
    expect(audited).toHaveLength(1);
  });

  test("success and failure at once: one of them is the job's end", async () => {
    const job = await runningJob();
    const success = await successBody(api, job);
    const fail = { job_id: job.jobId, status: "FAIL", attempt: 1, error: "no" };
    await Promise.all([postSigned(api, path, success), postSigned(api, path, fail)]);
    const { told } = await effectsOf(job.jobId);
    expect(told).toHaveLength(1);
    const row = await readRow(job.jobId);
    expect(told[0]?.["type"]).toBe(row?.["status"] === "COMPLETED" ? "preview_ready" : "preview_failed");
  });

  test("a stale attempt is fenced off, also with its own objects stored, and the later one applies", async () => {
    const job = await runningJob();
    const stale = await successBody(api, job);
    const attempt = await claim(api, job.jobId);
    expect(attempt).toBe(2);
    const answer = await expectUnchanged(job.jobId, () => postSigned(api, path, stale));
    expect(answer.body.data).toEqual({ applied: false });
    const answer2 = await postSigned(api, path, await successBody(api, { ...job, attempt }));
    expect(answer2.body.data).toEqual({ applied: true });
    expect(await readRow(job.jobId)).toMatchObject({ bundle_url: `t/${teamId}/previews/${job.jobId}/2/index.html` });
  });

  test("an attempt that was never made changes nothing", async () => {
    const job = await runningJob();
    const body = { ...(await successBody(api, job)), attempt: 2 };
    expect((await expectUnchanged(job.jobId, () => postSigned(api, path, body))).body.data).toEqual({ applied: false });
  });

  test("a job that no worker has taken changes by no callback", async () => {
    const { job_id: jobId } = await publish(api, { token: owner.token, projectId: project.id }, { "a.html": newId() });
    const body = { job_id: jobId, status: "FAIL", error: "early" };
    expect((await expectUnchanged(jobId, () => postSigned(api, path, body))).body.data).toEqual({ applied: false });
  });

  test("a late word about a job that has ended changes nothing", async () => {
    const job = await runningJob();
    await postSigned(api, path, await successBody(api, job));
    const before = await readRow(job.jobId);
    const late = { job_id: job.jobId, status: "FAIL", attempt: 1, error: "late" };
    expect((await postSigned(api, path, late)).body.data).toEqual({ applied: false });
    expect(await readRow(job.jobId)).toEqual(before);
  });

  test("the requester's account may be gone by then: nobody is told", async () => {
    const job = await runningJob();
    await api.sql`UPDATE preview_sessions SET requested_by = NULL WHERE id = ${job.jobId}`;
    expect((await postSigned(api, path, await successBody(api, job))).body.data).toEqual({ applied: true });
    expect(await effectsOf(job.jobId)).toEqual({ told: [], audited: ["preview_completed"] });
  });
});

describe("400", () => {
  const own = (jobId: string): string => `t/${teamId}/previews/${jobId}`;
  const planted: [string, (jobId: string) => string][] = [
    ["another bucket", (jobId) => `s3://elsewhere/${own(jobId)}/1/index.html`],
    ["no bucket", (jobId) => `${own(jobId)}/1/index.html`],
    ["a web address", () => "https://evil.example/index.html"],
    ["a script", () => "javascript:alert(1)"],
    ["another team", (jobId) => toObjectUrl(api.deps.storage.bucket, `t/${newId()}/previews/${jobId}/1/index.html`)],
    ["another job", () => toObjectUrl(api.deps.storage.bucket, `${own(newId())}/1/index.html`)],
    ["another attempt", (jobId) => toObjectUrl(api.deps.storage.bucket, `${own(jobId)}/2/index.html`)],
    ["an attempt that begins the same", (jobId) => toObjectUrl(api.deps.storage.bucket, `${own(jobId)}/11/index.html`)],
    ["a way out", (jobId) => toObjectUrl(api.deps.storage.bucket, `${own(jobId)}/1/../2/index.html`)],
    [
      "a way out of the team",
      (jobId) => toObjectUrl(api.deps.storage.bucket, `${own(jobId)}/1/../../../../x/index.html`),
    ],
    ["the prefix itself", (jobId) => toObjectUrl(api.deps.storage.bucket, `${own(jobId)}/1/`)],
    ["an object that is not there", (jobId) => toObjectUrl(api.deps.storage.bucket, `${own(jobId)}/1/none.html`)],
  ];
  test.each(planted)("a bundle in %s is refused, and audited", async (_, url) => {
    const job = await runningJob();
    await putResult(api, { ...job, attempt: 2 }, "index.html");
    await putResult(api, { ...job, attempt: 11 }, "index.html");
    const body = { ...(await successBody(api, job)), bundle_url: url(job.jobId) };
    const audits = () => api.sql`SELECT id FROM audit_logs WHERE event_type = 'callback_refused'`;
    const before = (await audits()).length;
    const answer = await expectUnchanged(job.jobId, () => postSigned(api, path, body));
    expectError(answer, "VALIDATION_ERROR");
    expect(answer.body.error?.details).toMatchObject([{ path: "bundle_url" }]);
    expect((await audits()).length).toBe(before + 1);
  });

  test("a planted log or artifact is refused like a planted bundle, of a failure too", async () => {
    const job = await runningJob();
    const good = await successBody(api, job);
    const url = toObjectUrl(api.deps.storage.bucket, `t/${newId()}/previews/${job.jobId}/1/x`);
    const bodies = [
      [{ ...good, logs_url: url }, "logs_url"],
      [{ ...good, artifacts: [...(good.artifacts ?? []), { name: "manifest", url }] }, "artifacts.1.url"],
      [{ job_id: job.jobId, status: "FAIL", attempt: 1, error: "no", logs_url: url }, "logs_url"],
    ] as const;
    for (const [body, at] of bodies) {
      const answer = await expectUnchanged(job.jobId, () => postSigned(api, path, body));
      expectError(answer, "VALIDATION_ERROR");
      expect(answer.body.error?.details).toMatchObject([{ path: at }]);
    }
  });

  test("refused ones are audited once a minute and source", async () => {
    const job = await runningJob();
    const body = { ...(await successBody(api, job)), bundle_url: "s3://elsewhere/x" };
    const count = async () => (await api.sql`SELECT id FROM audit_logs WHERE event_type = 'callback_refused'`).length;
    const before = await count();
    for (let repeat = 0; repeat < 5; repeat += 1) await postSigned(api, path, body);
    expect(await count()).toBe(before + 1);
  });

  test("success without a bundle is refused", async () => {
    const job = await runningJob();
    const body = { ...(await successBody(api, job)), bundle_url: null };
    const answer = await expectUnchanged(job.jobId, () => postSigned(api, path, body));
    expectError(answer, "VALIDATION_ERROR");
  });

  test.each([
    ["no job", { status: "FAIL" }, ["job_id"]],
    ["an unknown status", { job_id: newId(), status: "DONE" }, ["status"]],
    ["an attempt before the first", { job_id: newId(), status: "FAIL", attempt: 0 }, ["attempt"]],
    ["an unknown field", { job_id: newId(), status: "FAIL", tier: "Admin" }, ["tier"]],
    [
      "an artifact with a path for a name",
      { job_id: newId(), status: "FAIL", artifacts: [{ name: "../x", url: "" }] },
      ["artifacts.0.name"],
    ],
  ])("%s is refused, and named", async (_, body, at) => {
    const answer = await postSigned(api, path, body);
    expectError(answer, "VALIDATION_ERROR");
    expect(answer.body.error?.details).toMatchObject(at.map((path) => ({ path })));
  });

  test.each(["", "{", "[]", "null", "7", '"x"', '{"__proto__":{"job_id":"x"}}'])(
    "a signed body that is no object of ours is refused: %s",
    async (raw) => {
      const headers = { ...signCallback(raw, api.stack.workerSecret) };
      expectError(await api.call(`POST ${path}`, { raw, headers }), "VALIDATION_ERROR");
    },
  );
});

describeSignatures(api, path);

describe("404", () => {
  test("there is no such job", async () => {
    expectError(await postSigned(api, path, { job_id: newId(), status: "FAIL", error: "x" }), "NOT_FOUND");
  });
});
