import { previewInput } from "@hivesync/contracts/jobs/preview-input";
import type { ManifestFile } from "@hivesync/contracts/paths";
import type { FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { BUILDER_VERSION } from "@hivesync/preview-builder/builder-version";
import { writeHeartbeat } from "@hivesync/platform/worker-heartbeat";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createProject, createTeam, setTier } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { complete, manifestOf, missingIn, publish, uploadMissing, type RequestedPreview } from "#testing/publish.ts";
import { startTestApi, type Answer } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner, member, stranger } = await createTeam(api);
const request = "POST /preview/request";
const files = { "index.html": "<p>hello</p>", "src/main.js": "console.log(1);" };
// Each test has its own contents, so that no earlier build stands in for one of theirs.
const unique = (): Record<string, string> => ({ "index.html": `<p>${newId()}</p>` });

beforeEach(async () => {
  const keys = await api.deps.redis.keys(`${api.stack.redisPrefix}rate_limit:*:preview_request`);
  if (keys.length > 0) await api.deps.redis.del(keys);
});

function call(body: Record<string, unknown>, token = owner.token): Promise<Answer> {
  return api.call(request, { token, body: { project_id: project.id, ...body } });
}

function expectMissing(answer: Answer): FilesMissingDetails {
  expectError(answer, "FILES_MISSING");
  return missingIn(answer);
}

async function inputOf(jobId: string) {
  const [row] = await api.sql<{ input_key: string }[]>`SELECT input_key FROM preview_sessions WHERE id = ${jobId}`;
  const stored = await api.deps.storage.get(row?.input_key ?? "");
  return previewInput.parse(JSON.parse(Buffer.from(stored ?? []).toString()));
}

const file = (path: string, change: Partial<ManifestFile> = {}): ManifestFile => ({
  path,
  sha256: sha256Hex(path),
  size: 3,
  ...change,
});

describe("202", () => {
  test("once every file is stored the job is accepted, and waits in its row", async () => {
    const job = await publish(api, { token: member.token, projectId: project.id }, files);
    expect(job).toMatchObject({ status: "QUEUED", queue: "preview-cpu" });
    expect(job.preview_url).toBe(`http://api.test/p/${api.deps.previewLinks.codeOf(job.job_id)}`);
    const [row] = await api.sql`SELECT * FROM preview_sessions WHERE id = ${job.job_id}`;
    expect(row).toMatchObject({
      project_id: project.id,
      requested_by: member.id,
      status: "QUEUED",
      attempt: 0,
      dispatches: 0,
      dispatched_at: null,
      priority: 8,
      token_hash: sha256Hex(job.preview_token),
    });
    expect(row?.["expires_at"].toISOString()).toBe(job.expires_at);
    expect(row?.["expires_at"] - row?.["created_at"]).toBe(3_600_000);
    expect(JSON.stringify(row)).not.toContain(job.preview_token);
    const audits = await api.sql`SELECT actor_id, metadata FROM audit_logs WHERE event_type = 'preview_requested'`;
    expect(audits).toEqual([{ actor_id: member.id, metadata: { job_id: job.job_id, files: 2 } }]);
  });

  test("what is stored is not asked for again: one changed file, one upload", async () => {
    await publish(api, { token: owner.token, projectId: project.id }, files);
    const changed = { ...files, "src/main.js": `console.log(${Math.random()});` };
    const { missing } = expectMissing(await call({ files: manifestOf(changed) }));
    expect(missing.map(({ sha256 }) => sha256)).toEqual([sha256Hex(changed["src/main.js"])]);
  });

  test("the order of the files does not matter, and one content under two paths is uploaded once", async () => {
    const same = { "b.html": "<p>same</p>", "a.html": "<p>same</p>" };
    expect(expectMissing(await call({ files: manifestOf(same) })).missing).toHaveLength(1);
    const first = await publish(api, { token: owner.token, projectId: project.id }, same);
    const second = await call({ files: manifestOf(same).toReversed() });
    const { job_id: secondId }: RequestedPreview = second.body.data;
    expect(await inputOf(secondId)).toEqual(await inputOf(first.job_id));
    expect((await inputOf(secondId)).files.map(({ path }) => path)).toEqual(["a.html", "b.html"]);
  });

  test("the project's settings stand in for what the request leaves open", async () => {
    const own = await createProject(api, owner);
    const preview = { entry: "src/start.tsx", platform: "ios", title: "Groceries" };
    await api.call(`PATCH /projects/${own.id}/settings`, { token: owner.token, body: { preview } });
    const page = unique();
    const job = await publish(api, { token: owner.token, projectId: own.id }, page);
    expect(await inputOf(job.job_id)).toMatchObject({ builder_version: BUILDER_VERSION, options: preview });
    const said = await call({ project_id: own.id, files: manifestOf(page), entry: "other.tsx", platform: "android" });
    const other: RequestedPreview = said.body.data;
    expect((await inputOf(other.job_id)).options).toEqual({ ...preview, entry: "other.tsx", platform: "android" });
    const platforms = await api.sql`SELECT id, platform FROM preview_sessions WHERE project_id = ${own.id} ORDER BY id`;
    expect(platforms).toEqual([
      { id: job.job_id, platform: "ios" },
      { id: other.job_id, platform: "android" },
    ]);
  });

  test("what the client says of its context is kept as it is", async () => {
    const page = unique();
    await publish(api, { token: owner.token, projectId: project.id }, page);
    const context = { git_branch: "main", git_commit: "abc", package_manager: "pnpm", framework: "expo" };
    const { job_id: id }: RequestedPreview = (await call({ files: manifestOf(page), context })).body.data;
    const [row] = await api.sql`SELECT context, jsonb_typeof(context) AS kind FROM preview_sessions WHERE id = ${id}`;
    expect(row).toEqual({ context, kind: "object" });
  });

  test("a tier with a GPU queue waits there for a GPU worker where the scaling rule says so", async () => {
    const premium = await api.register();
    await setTier(api, premium, "Premium");
    const own = await createProject(api, premium);
    await api.sql`INSERT INTO scaling_rules (queue, gpu_fallback) VALUES ('preview-gpu', 'wait')`;
    const job = await publish(api, { token: premium.token, projectId: own.id }, unique());
    expect(job.queue).toBe("preview-gpu");
    await api.sql`DELETE FROM scaling_rules`;
  });

  test("a tier with a GPU queue uses it while a GPU worker lives, and the CPU queue otherwise", async () => {
    const premium = await api.register();
    await setTier(api, premium, "Premium");
    const own = await createProject(api, premium);
    const page = unique();
    const job = await publish(api, { token: premium.token, projectId: own.id }, page);
    expect(job.queue).toBe("preview-cpu");
    await writeHeartbeat(api.deps.redis, api.stack.redisPrefix, {
      id: newId(),
      kind: "gpu",
      host: "test",
      pid: 1,
      queues: ["preview-gpu"],
      concurrency: 1,
      active: 0,
      version: "0",
      last_seen: new Date().toISOString(),
    });
    await waitUntil(api.deps.health.liveWorkers, ({ gpu }) => gpu === 1);
    const second = await api.call(request, {
      token: premium.token,
      body: { project_id: own.id, files: manifestOf(page) },
    });
    expect(second.body.data).toMatchObject({ queue: "preview-gpu" });
  });
});

describe("202, built before", () => {
  test("the same input is answered COMPLETED at once, with row and notification, while the earlier one lives", async () => {
    const own = await createProject(api, owner);
    const page = unique();
    const first = await publish(api, { token: owner.token, projectId: own.id }, page);
    await complete(api, { teamId, jobId: first.job_id });
    const again = await call({ project_id: own.id, files: manifestOf(page) });
    expect(again.status).toBe(202);
    const second: RequestedPreview = again.body.data;
    expect(second).toMatchObject({ status: "COMPLETED" });
    expect(second.job_id).not.toBe(first.job_id);
    const rows = await api.sql`
      SELECT status, bundle_url, logs_key, artifacts, kind, platform, warnings, timings FROM preview_sessions WHERE project_id = ${own.id}`;
    expect(rows[1]).toEqual(rows[0]);
    const told = await api.sql`
      SELECT type FROM notifications WHERE user_id = ${owner.id} AND data ->> 'job_id' = ${second.job_id}`;
    expect(told).toEqual([{ type: "preview_ready" }]);
    const shown = await api.call(`GET /preview/${second.job_id}`, { token: owner.token });
    expect(shown.body.data).toMatchObject({ status: "COMPLETED", bundle_url: expect.stringMatching(/^http/) });
  });

  test("an earlier one that has expired is built anew", async () => {
    const page = unique();
    const first = await publish(api, { token: owner.token, projectId: project.id }, page);
    await complete(api, { teamId, jobId: first.job_id });
    await api.sql`UPDATE preview_sessions SET expires_at = now() WHERE id = ${first.job_id}`;
    expect((await call({ files: manifestOf(page) })).body.data).toMatchObject({ status: "QUEUED" });
  });

  test("other options are another build", async () => {
    const page = unique();
    const first = await publish(api, { token: owner.token, projectId: project.id }, page);
    await complete(api, { teamId, jobId: first.job_id });
    expect((await call({ files: manifestOf(page), platform: "ios" })).body.data).toMatchObject({ status: "QUEUED" });
  });

  test("another team's build of the same input is nobody else's", async () => {
    const page = unique();
    const first = await publish(api, { token: owner.token, projectId: project.id }, page);
    await complete(api, { teamId, jobId: first.job_id });
    const theirs = await createProject(api, stranger);
    const answer = await api.call(request, {
      token: stranger.token,
      body: { project_id: theirs.id, files: manifestOf(page) },
    });
    expect(expectMissing(answer).missing).toHaveLength(1);
  });
});

describe("400", () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ["no project", { project_id: undefined, files: [file("a.html")] }, ["project_id"]],
    ["no files", { files: undefined }, ["files"]],
    ["files by name alone", { files: ["index.html"] }, ["files.0"]],
    ["a path that leaves the folder", { files: [file("ok"), file("../etc/passwd")] }, ["files.1.path"]],
    ["an absolute path", { files: [file("/etc/passwd")] }, ["files.0.path"]],
    ["a path into .git", { files: [file(".git/config")] }, ["files.0.path"]],
    ["a path twice", { files: [file("a"), file("a")] }, ["files.1.path"]],
    ["paths that collide", { files: [file("straße.ts"), file("STRASSE.ts")] }, ["files.1.path"]],
    ["a hash in capitals", { files: [file("a", { sha256: "A".repeat(64) })] }, ["files.0.sha256"]],
    ["a negative size", { files: [file("a", { size: -1 })] }, ["files.0.size"]],
    ["half a byte", { files: [file("a", { size: 1.5 })] }, ["files.0.size"]],
    ["an unknown field of a file", { files: [{ ...file("a"), mode: 7 }] }, ["files.0.mode"]],
    ["an entry outside", { files: [file("a.html")], entry: "../x" }, ["entry"]],
    ["an unknown platform", { files: [file("a.html")], platform: "windows" }, ["platform"]],
    ["an unknown part of the context", { files: [file("a.html")], context: { os: "x" } }, ["context.os"]],
    ["more files than any tier holds", { files: Array.from({ length: 50_001 }, () => 0) }, ["files"]],
    [
      "two sizes for one hash",
      { files: [file("a", { sha256: "a".repeat(64) }), file("b", { sha256: "a".repeat(64), size: 4 })] },
      ["files.1.size"],
    ],
  ];
  test.each(cases)("%s is refused, and named", async (_, fields, at) => {
    const body = { project_id: project.id, ...fields };
    await expectRefusal(api, request, { token: owner.token, body, code: "VALIDATION_ERROR", at });
  });

  test("a size that is not that of what is stored under the hash is refused, and named", async () => {
    const page = unique();
    await publish(api, { token: owner.token, projectId: project.id }, page);
    const wrong = manifestOf(page).map((entry) => ({ ...entry, size: entry.size + 1 }));
    const body = { project_id: project.id, files: wrong };
    await expectRefusal(api, request, { token: owner.token, body, code: "VALIDATION_ERROR", at: ["files.0.size"] });
  });

  test("a hundred issues are named at most", async () => {
    const bad = Array.from({ length: 300 }, (_, index) => file(`../${index}`));
    const answer = await expectRefusal(api, request, {
      token: owner.token,
      body: { project_id: project.id, files: bad },
      code: "VALIDATION_ERROR",
    });
    expect(answer.body.error?.details).toHaveLength(100);
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const ask = (id: string) =>
      expectRefusal(api, request, {
        token: stranger.token,
        body: { project_id: id, files: [file("a.html")] },
        code: "NOT_FOUND",
      });
    expect((await ask(project.id)).body).toEqual((await ask(newId())).body);
  });
});

describe("409", () => {
  test("missing files come with an upload URL each, and only announced blobs are stored", async () => {
    const page = { "a.html": newId(), "b.html": newId() };
    const body = { project_id: project.id, files: manifestOf(page) };
    const answer = await expectRefusal(api, request, {
      token: owner.token,
      body,
      code: "FILES_MISSING",
      writes: ["blobs"],
    });
    const details = expectMissing(answer);
    expect(details.missing_total).toBe(2);
    for (const { upload_url, headers, size, sha256 } of details.missing) {
      expect(upload_url).toContain(`/t/${teamId}/blobs/${sha256}?`);
      expect(Object.keys(headers).sort()).toEqual(["content-type", "x-amz-checksum-sha256"]);
      expect(size).toBe(36);
    }
    const rows = await api.sql`SELECT stored_at FROM blobs WHERE sha256 = ${sha256Hex(page["a.html"])}`;
    expect(rows).toEqual([{ stored_at: null }]);
    // Asking again changes nothing more.
    await expectRefusal(api, request, { token: owner.token, body, code: "FILES_MISSING" });
  });

  test("an upload of other bytes is refused by the store, and the file stays missing", async () => {
    const page = unique();
    const [upload] = expectMissing(await call({ files: manifestOf(page) })).missing;
    const response = await fetch(upload?.upload_url ?? "", {
      method: "PUT",
      headers: upload?.headers ?? {},
      body: "x".repeat(upload?.size ?? 0),
    });
    expect(response.status).toBe(400);
    expectMissing(await call({ files: manifestOf(page) }));
  });

  test("an object of another size than announced does not count as the file", async () => {
    const page = unique();
    const { missing } = expectMissing(await call({ files: manifestOf(page) }));
    await api.deps.storage.put(`t/${teamId}/blobs/${missing[0]?.sha256}`, "short", "application/octet-stream");
    expectMissing(await call({ files: manifestOf(page) }));
  });

  test("of very many missing files a thousand come at a time, with their number in all", async () => {
    const pro = await api.register();
    await setTier(api, pro, "Pro");
    const own = await createProject(api, pro);
    const many = Array.from({ length: 1_200 }, (_, index) => file(`f${index}`));
    const answer = await api.call(request, { token: pro.token, body: { project_id: own.id, files: many } });
    const { missing, missing_total: total } = expectMissing(answer);
    expect({ listed: missing.length, total }).toEqual({ listed: 1_000, total: 1_200 });
  });
});

describe("429", () => {
  const quota = (body: Record<string, unknown>) =>
    expectRefusal(api, request, {
      token: owner.token,
      body: { project_id: project.id, ...body },
      code: "QUOTA_EXCEEDED",
    });

  test("more files than the tier holds", async () => {
    const answer = await quota({ files: Array.from({ length: 2_001 }, (_, index) => file(`f${index}`)) });
    expect(answer.body.error?.details).toEqual({ quota: "files", limit: 2_000, requested: 2_001 });
    expect(answer.body.error?.message).toMatch(/^These are 2,001 files; your tier holds 2,000\. Leave out what /);
  });

  test("more bytes than the tier holds", async () => {
    const answer = await quota({ files: [file("a", { size: 50_000_000 }), file("b", { size: 1 })] });
    expect(answer.body.error?.details).toEqual({ quota: "bytes", limit: 50_000_000, requested: 50_000_001 });
  });

  test("more storage than the team's owner holds, also for a member of a higher tier", async () => {
    const team = await createTeam(api);
    await setTier(api, team.member, "Premium");
    await api.sql`INSERT INTO blobs (team_id, sha256, size) VALUES (${team.teamId}, ${"0".repeat(64)}, 999999990)`;
    const body = { project_id: team.project.id, files: [file("a", { size: 11 })] };
    const answer = await expectRefusal(api, request, { token: team.member.token, body, code: "QUOTA_EXCEEDED" });
    expect(answer.body.error?.details).toEqual({ quota: "storage", limit: 1_000_000_000, requested: 1_000_000_001 });
    expect(answer.body.error?.message).toMatch(
      /^The team's files would take 1,000,000,001 bytes; .* holds 1,000,000,000\. /,
    );
    const fits = { project_id: team.project.id, files: [file("a", { size: 10 })] };
    expectMissing(await api.call(request, { token: team.member.token, body: fits }));
  });

  test("six accepted previews a minute; refused ones, missing files and replays do not count", async () => {
    const user = await api.register();
    const own = await createProject(api, user);
    const page = unique();
    const body = { project_id: own.id, files: manifestOf(page) };
    const key = { "idempotency-key": newId() };
    for (let count = 0; count < 7; count += 1) expectMissing(await api.call(request, { token: user.token, body }));
    await uploadMissing(await api.call(request, { token: user.token, body }), page);
    for (let count = 0; count < 7; count += 1)
      expect((await api.call(request, { token: user.token, body, headers: key })).status).toBe(202);
    for (let count = 0; count < 5; count += 1)
      expect((await api.call(request, { token: user.token, body })).status).toBe(202);
    const answer = await expectRefusal(api, request, { token: user.token, body, code: "RATE_LIMITED" });
    expect(answer.body.error?.details).toMatchObject({ limit: 6, remaining: 0 });
    expect((await api.call(request, { token: user.token, body, headers: key })).status).toBe(202);
  });
});

describe("503", () => {
  test("with the store away nothing is accepted, and nothing counted", async () => {
    const page = unique();
    expectMissing(await call({ files: manifestOf(page) }));
    const broken = await startTestApi({ HIVESYNC_S3_ENDPOINT: "http://127.0.0.1:1" }, api.stack);
    const body = { project_id: project.id, files: manifestOf(page) };
    await expectRefusal(broken, request, { token: owner.token, body, code: "SERVICE_UNAVAILABLE" });
    await broken[Symbol.asyncDispose]();
    const keys = await api.deps.redis.keys(`${api.stack.redisPrefix}rate_limit:*:preview_request`);
    expect(keys).toEqual([]);
  });
});

describe("without Redis", () => {
  test("the job is accepted all the same, and waits in its row", async () => {
    const page = unique();
    await publish(api, { token: owner.token, projectId: project.id }, page);
    const alone = await startTestApi({ HIVESYNC_REDIS_URL: "redis://127.0.0.1:1" }, api.stack);
    const answer = await alone.call(request, {
      token: owner.token,
      body: { project_id: project.id, files: manifestOf(page) },
    });
    expect(answer.status).toBe(202);
    const { job_id: id }: RequestedPreview = answer.body.data;
    await expect(alone.deps.dispatcher.dispatchOnce()).rejects.toThrow(/./);
    const [row] = await api.sql`SELECT status, dispatched_at FROM preview_sessions WHERE id = ${id}`;
    expect(row).toEqual({ status: "QUEUED", dispatched_at: null });
    await alone[Symbol.asyncDispose]();
  });
});
