import { aiInput } from "@hivesync/contracts/jobs/ai-input";
import { aiJobLimits } from "@hivesync/contracts/tiers";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { askForAi, submitAi } from "#testing/ai-jobs.ts";
import { createProject, createTeam, setTier } from "#testing/arrange.ts";
import { beat } from "#testing/beat.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { forgetCounts } from "#testing/forget-counts.ts";
import { manifestOf, missingIn, uploadMissing } from "#testing/publish.ts";
import { startTestApi, type Answer, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, member, stranger } = await createTeam(api);
const request = "POST /ai/jobs";
const files = { "src/area.ts": "export const area = (w: number, h: number) => w * h;\n", "src/box.ts": "export {};\n" };
beforeEach(() => forgetCounts(api));

function call(body: Record<string, unknown>, token = owner.token): Promise<Answer> {
  return api.call(request, { token, body: { project_id: project.id, job_type: "explain", ...body } });
}

async function rowOf(jobId: string): Promise<Record<string, unknown>> {
  const [row] = await api.sql`SELECT * FROM ai_jobs WHERE id = ${jobId}`;
  return row ?? {};
}

async function inputOf(jobId: string) {
  const stored = await api.deps.storage.get(String((await rowOf(jobId))["input_key"]));
  return aiInput.parse(JSON.parse(Buffer.from(stored ?? []).toString()));
}

/** A file that nobody has, of this size. */
const file = (path: string, size = 3) => ({ path, sha256: sha256Hex(path), size });

async function premiumUser(): Promise<{ user: TestUser; projectId: string }> {
  const user = await api.register();
  await setTier(api, user, "Premium");
  return { user, projectId: (await createProject(api, user)).id };
}

describe("202", () => {
  test("once every file is stored the job is accepted, and waits in its row", async () => {
    const job = await submitAi(api, { token: member.token, projectId: project.id, jobType: "document" }, files);
    expect(job).toEqual({ job_id: job.job_id, status: "QUEUED", queue: "ai-cpu" });
    expect(await rowOf(job.job_id)).toMatchObject({
      project_id: project.id,
      requested_by: member.id,
      job_type: "document",
      status: "QUEUED",
      attempt: 0,
      dispatches: 0,
      dispatched_at: null,
      priority: 8,
      retried_from: null,
    });
    const audits = await api.sql`SELECT actor_id, metadata FROM audit_logs WHERE event_type = 'ai_requested'`;
    expect(audits).toEqual([{ actor_id: member.id, metadata: { job_id: job.job_id, files: 2 } }]);
  });

  test("what the worker reads is stored: selection with its lines, context, and how to write", async () => {
    const own = await createProject(api, owner);
    const ai = { style: "terse", language: "Deutsch" };
    await api.call(`PATCH /projects/${own.id}/settings`, { token: owner.token, body: { ai } });
    const [area, box] = manifestOf(files);
    const body = {
      project_id: own.id,
      job_type: "document",
      selection: [{ ...area, line_start: 1, line_end: 400 }],
      context: { files: [box], replace: true },
    };
    const missing = await call(body);
    if (missing.status === 409) await uploadMissing(missing, files);
    const { job_id: id }: { job_id: string } = (await call(body)).body.data;
    expect(await inputOf(id)).toEqual({
      job_type: "document",
      selection: [{ ...area, line_start: 1, line_end: 400 }],
      context: [box],
      options: { replace: true, ...ai },
    });
  });

  test("without settings and context nothing is replaced, and nothing said of how to write", async () => {
    const { job_id: id } = await submitAi(api, { token: owner.token, projectId: project.id }, files);
    expect(await inputOf(id)).toMatchObject({ context: [], options: { replace: false } });
    expect(Object.keys((await inputOf(id)).options)).toEqual(["replace"]);
  });

  test("every job type is taken", async () => {
    const premium = await premiumUser();
    for (const jobType of ["document", "explain", "summarize", "readme"] as const) {
      const { job_id: id } = await submitAi(
        api,
        { token: premium.user.token, projectId: premium.projectId, jobType },
        files,
      );
      expect(await rowOf(id)).toMatchObject({ job_type: jobType });
    }
  });

  test("a tier with a GPU queue uses it while a GPU worker lives, and the CPU queue otherwise", async () => {
    const { user, projectId } = await premiumUser();
    const by = { token: user.token, projectId };
    expect((await submitAi(api, by, files)).queue).toBe("ai-cpu");
    await beat(api, "gpu");
    await waitUntil(api.deps.health.liveWorkers, ({ gpu }) => gpu === 1);
    const job = await submitAi(api, by, files);
    expect(job.queue).toBe("ai-gpu");
    expect(await rowOf(job.job_id)).toMatchObject({ queue: "ai-gpu", priority: 2 });
    expect((await submitAi(api, { token: owner.token, projectId: project.id }, files)).queue).toBe("ai-cpu");
  });

  test("a preview and an AI job share what is stored of a team", async () => {
    const shared = { "shared.ts": `// ${newId()}` };
    const preview = { project_id: project.id, files: manifestOf(shared) };
    await uploadMissing(await api.call("POST /preview/request", { token: owner.token, body: preview }), shared);
    expect((await askForAi(api, { token: owner.token, projectId: project.id }, shared)).status).toBe(202);
  });

  test("selection and context may each be as large as is allowed", async () => {
    const large = Array.from({ length: 8 }, (_, index) => file(`${newId()}.ts`, aiJobLimits.maxFileBytes - index));
    expectError(await call({ selection: large }), "FILES_MISSING");
  });
});

describe("400", () => {
  const [area] = manifestOf(files);
  const last = { ...file("src/last.ts"), line_start: 9 };
  const many = Array.from({ length: aiJobLimits.maxFiles + 1 }, (_, index) => file(`f${index}.ts`));
  const large = Array.from({ length: 5 }, (_, index) => file(`l${index}.ts`, aiJobLimits.maxFileBytes));

  test.each<[string, Record<string, unknown>, string]>([
    ["an unknown job type", { job_type: "poetry", selection: [area] }, "job_type"],
    ["no selection", {}, "selection"],
    ["a selection of nothing", { selection: [] }, "selection"],
    ["more files than are allowed", { selection: many }, "selection"],
    ["a path that leads elsewhere", { selection: [{ ...area, path: "../x" }] }, "selection.0.path"],
    ["one file twice", { selection: [area, area] }, "selection.1.path"],
    ["lines that end before they begin", { selection: [area, { ...last, line_end: 2 }] }, "selection.1.line_end"],
    ["an end before the first line", { selection: [{ ...area, line_end: 0 }] }, "selection.0.line_end"],
    ["a line that is none", { selection: [{ ...area, line_start: 1.5 }] }, "selection.0.line_start"],
    ["a file that is too large", { selection: [file("a.ts", aiJobLimits.maxFileBytes + 1)] }, "selection.0.size"],
    [
      "a context file that is too large",
      { selection: [area], context: { files: [file("a.ts", aiJobLimits.maxFileBytes + 1)] } },
      "context.files.0.size",
    ],
    [
      "a context file that is selected too",
      { selection: [area], context: { files: [file("b.ts"), area] } },
      "context.files.1.path",
    ],
    [
      "more in all than is allowed",
      {
        selection: large,
        context: { files: large.slice(1).map(({ path, ...rest }) => ({ path: `c/${path}`, ...rest })) },
      },
      "selection",
    ],
    ["a field that is none", { selection: [area], mirror: true }, "mirror"],
    [
      "a size that is the mirror's to say",
      { selection: [{ path: "a.ts", size: 1 }], source: { mirror: true } },
      "selection.0.size",
    ],
    ["no hash", { selection: [{ path: "a.ts", size: 1 }] }, "selection.0.sha256"],
  ])("%s is refused, and named", async (_, body, at) => {
    const refused = { project_id: project.id, job_type: "explain", ...body };
    await expectRefusal(api, request, { token: owner.token, body: refused, code: "VALIDATION_ERROR", at: [at] });
  });

  test("a size that contradicts another of the same hash is named where the caller wrote it", async () => {
    const sha256 = sha256Hex(newId());
    const selection = [
      { path: "z.ts", sha256, size: 3 },
      { path: "a.ts", sha256, size: 4 },
    ];
    const body = { project_id: project.id, job_type: "explain", selection };
    const refusal = { token: owner.token, body, code: "VALIDATION_ERROR", at: ["selection.1.size"] } as const;
    await expectRefusal(api, request, refusal);
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const ask = (id: string) => {
      const body = { project_id: id, job_type: "explain", selection: manifestOf(files) };
      return expectRefusal(api, request, { token: stranger.token, body, code: "NOT_FOUND" });
    };
    expect((await ask(project.id)).body).toEqual((await ask(newId())).body);
  });
});

describe("409", () => {
  test("files that are not stored are named, of selection and context, with where to put them", async () => {
    const [selected, near] = [`// ${newId()}`, `// ${newId()}`];
    const body = { selection: manifestOf({ "a.ts": selected }), context: { files: manifestOf({ "b.ts": near }) } };
    const answer = await call(body);
    expectError(answer, "FILES_MISSING");
    const { missing, missing_total: total } = missingIn(answer);
    expect(missing.map(({ sha256 }) => sha256).toSorted()).toEqual([selected, near].map(sha256Hex).toSorted());
    expect(total).toBe(2);
    await uploadMissing(answer, { "a.ts": selected, "b.ts": near });
    expect((await call(body)).status).toBe(202);
  });
});

describe("429", () => {
  test("so many a minute as the tier says, previews not counted; what is refused counts not", async () => {
    const user = await api.register();
    const { id: projectId } = await createProject(api, user);
    const by = { token: user.token, projectId };
    for (let count = 0; count < 3; count += 1) await submitAi(api, by, { "a.ts": `// ${newId()}` });
    const [row] = await api.sql`SELECT count(*)::int AS count FROM ai_jobs WHERE project_id = ${projectId}`;
    expect(row).toEqual({ count: 3 });
    const body = { project_id: projectId, job_type: "explain", selection: manifestOf(files) };
    const first = await api.call(request, { token: user.token, body });
    if (first.status === 409) await uploadMissing(first, files);
    const { headers } = await expectRefusal(api, request, {
      token: user.token,
      body,
      code: "RATE_LIMITED",
      writes: ["blobs"],
    });
    expect(headers["ratelimit-limit"]).toBe("3");
    const key = `${api.stack.redisPrefix}rate_limit:${user.id}:ai_job`;
    expect(await api.deps.redis.exists(key)).toBe(1);
    const preview = { project_id: projectId, files: manifestOf(files) };
    expect((await api.call("POST /preview/request", { token: user.token, body: preview })).status).toBe(202);
  });

  test("more than the team's storage holds is refused before anything is uploaded", async () => {
    const user = await api.register();
    const { id: projectId, team_id: teamId } = await createProject(api, user);
    await api.sql`
      INSERT INTO blobs (team_id, sha256, size, stored_at) VALUES (${teamId}, ${sha256Hex(newId())}, ${999_999_999}, now())`;
    const body = { project_id: projectId, job_type: "explain", selection: [file("a.ts")] };
    await expectRefusal(api, request, { token: user.token, body, code: "QUOTA_EXCEEDED" });
  });
});

test("while the store is away nothing is accepted, and nothing counted", async () => {
  const body = { project_id: project.id, job_type: "explain", selection: manifestOf(files) };
  await submitAi(api, { token: owner.token, projectId: project.id }, files);
  await using alone = await startTestApi({ HIVESYNC_S3_ENDPOINT: "http://127.0.0.1:1" }, api.stack);
  const [before] = await api.sql`SELECT count(*)::int AS count FROM ai_jobs`;
  for (let count = 0; count < 4; count += 1)
    expectError(await alone.call(request, { token: owner.token, body }), "SERVICE_UNAVAILABLE");
  expect(await api.sql`SELECT count(*)::int AS count FROM ai_jobs`).toEqual([before]);
  expect((await api.call(request, { token: owner.token, body })).status).toBe(202);
});
