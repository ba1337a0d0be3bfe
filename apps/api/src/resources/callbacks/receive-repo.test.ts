import { exampleRepoUrl } from "@hivesync/contracts/examples/repos";
import type { MirrorManifest, RepoMetrics } from "@hivesync/contracts/jobs/repo-sync";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { toObjectUrl } from "@hivesync/platform/storage/object-keys";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createTeam, noticesOf, type TestTeam } from "#testing/arrange.ts";
import { describeForeignPreview, describeSignatures } from "#testing/callback-addresses.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { forgetCounts } from "#testing/forget-counts.ts";
import { postSigned } from "#testing/publish.ts";
import {
  claimSync,
  completeSync,
  failSync,
  mirrorOf,
  putOfSync,
  requestSync,
  setRepo,
  syncSuccess,
  testHead,
  type SyncAttempt,
} from "#testing/repo-syncs.ts";
import { startTestApi, type Answer } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const path = "/repos/callback";
beforeEach(async () => {
  api.deps.refusedCallbacks.clear();
  await forgetCounts(api);
});

interface Running extends SyncAttempt {
  team: TestTeam;
  request: { token: string; projectId: string };
}

/** A sync that a worker has taken, of a project of its own or of this one. */
async function runningSync(earlier?: Pick<Running, "team">): Promise<Running> {
  const team = earlier?.team ?? (await createTeam(api));
  const request = { token: team.owner.token, projectId: team.project.id };
  if (!earlier) await setRepo(api, request);
  await forgetCounts(api);
  const jobId = await requestSync(api, request);
  return { team, request, teamId: team.teamId, jobId, attempt: await claimSync(api, jobId) };
}

async function readRow(jobId: string): Promise<Record<string, unknown>> {
  const [row] = await api.sql`SELECT * FROM repo_syncs WHERE id = ${jobId}`;
  return row ?? {};
}

async function mirrorKeyOf({ team }: Running): Promise<string | null | undefined> {
  const [row] = await api.sql<{ mirror_manifest_key: string | null }[]>`
    SELECT mirror_manifest_key FROM projects WHERE id = ${team.project.id}`;
  return row?.mirror_manifest_key;
}

async function auditsOf(jobId: string) {
  const rows = await api.sql`
    SELECT event_type, metadata FROM audit_logs
    WHERE metadata ->> 'job_id' = ${jobId} AND event_type <> 'repo_requested' ORDER BY event_type`;
  return rows.map(({ event_type: type, metadata }) => ({ type: type as string, metadata: metadata as unknown }));
}

async function blobsOf(teamId: string) {
  const rows = await api.sql<{ sha256: string; size: string; stored: boolean; fresh: boolean }[]>`
    SELECT sha256, size, stored_at IS NOT NULL AS stored, last_used_at > now() - interval '1 minute' AS fresh
    FROM blobs WHERE team_id = ${teamId} ORDER BY size`;
  return [...rows];
}

async function expectApplied(body: unknown, address = path): Promise<void> {
  const answer = await postSigned(api, address, body);
  expect(answer.body).toEqual({ ok: true, data: { applied: true }, error: null });
}

const key = (job: SyncAttempt, name: string): string => `t/${job.teamId}/repos/${job.jobId}/${job.attempt}/${name}`;
const bundleOf = (job: SyncAttempt) => {
  const bundle = `bundle of ${job.jobId}`;
  return { sync_id: job.jobId, key: key(job, "mirror.bundle"), bytes: bundle.length, sha256: sha256Hex(bundle) };
};

describe("200", () => {
  test.each([path, "/workers/callback"])(
    "at %s success ends the sync with what was found, makes it the mirror, tells the requester, and is audited",
    async (address) => {
      const job = await runningSync();
      const manifest = mirrorOf({ "a.html": "12345", "b/copy.html": "12345", "c.html": "123" });
      await expectApplied(await syncSuccess(api, job, { manifest }), address);
      expect(await readRow(job.jobId)).toMatchObject({
        status: "COMPLETED",
        head: testHead,
        head_ref: "refs/heads/main",
        refs: manifest.refs,
        refs_total: 2,
        files: 3,
        bytes: "13",
        left_out: [],
        left_out_total: 0,
        forced: [],
        deleted: [],
        manifest_key: key(job, "manifest.json"),
        mirror: [bundleOf(job)],
        logs_key: key(job, "sync.log"),
        timings: { fetch: 12 },
        progress: null,
        error: null,
        completed_at: expect.any(Date) as Date,
      });
      expect(await mirrorKeyOf(job)).toBe(key(job, "manifest.json"));
      const data = { job_id: job.jobId, project_id: job.team.project.id };
      expect(await noticesOf(api, job.team.owner)).toEqual([
        { type: "repo_synced", data: { ...data, head: testHead, files: 3 } },
      ]);
      expect(await auditsOf(job.jobId)).toEqual([{ type: "repo_completed", metadata: { job_id: job.jobId } }]);
    },
  );

  test("every content is known as stored and in use, once", async () => {
    const job = await runningSync();
    const [old, announced, idle] = ["1", "12", "123"].map(sha256Hex);
    // As others have left them: stored and in use, announced by the worker, stored and long idle.
    await api.sql`
      INSERT INTO blobs (team_id, sha256, size, stored_at, last_used_at) VALUES
        (${job.teamId}, ${old ?? ""}, 1, now() - interval '9 days', now() - interval '2 hours'),
        (${job.teamId}, ${announced ?? ""}, 7, NULL, now()),
        (${job.teamId}, ${idle ?? ""}, 3, now() - interval '29 days', now() - interval '29 days')`;
    const manifest = mirrorOf({ a: "1", b: "12", c: "123", d: "1234", e: "1234" });
    await expectApplied(await syncSuccess(api, job, { manifest }));
    expect(await blobsOf(job.teamId)).toEqual([
      { sha256: old, size: "1", stored: true, fresh: false },
      { sha256: announced, size: "2", stored: true, fresh: true },
      { sha256: idle, size: "3", stored: true, fresh: true },
      { sha256: sha256Hex("1234"), size: "4", stored: true, fresh: true },
    ]);
  });

  test("of twelve thousand files every content is known", async () => {
    const job = await runningSync();
    const files = Object.fromEntries(Array.from({ length: 12_000 }, (_, n) => [`src/${n}.ts`, `export default ${n};`]));
    await expectApplied(await syncSuccess(api, job, { manifest: mirrorOf(files) }));
    expect(await blobsOf(job.teamId)).toHaveLength(12_000);
  });

  test("a sync that goes on from another has that one's bundles and its own", async () => {
    const first = await runningSync();
    await expectApplied(await syncSuccess(api, first));
    const second = await runningSync(first);
    await expectApplied(await syncSuccess(api, second, { metrics: { extends: first.jobId } }));
    expect(await readRow(second.jobId)).toMatchObject({ mirror: [bundleOf(first), bundleOf(second)] });
    expect(await mirrorKeyOf(second)).toBe(key(second, "manifest.json"));
  });

  test("a sync that read another ref and fetched nothing new has the earlier bundles alone", async () => {
    const first = await runningSync();
    await expectApplied(await syncSuccess(api, first));
    const second = await runningSync(first);
    const { artifacts, metrics, ...body } = await syncSuccess(api, second, { metrics: { extends: first.jobId } });
    const { bundle: _, ...others } = metrics as Record<string, unknown>;
    await expectApplied({ ...body, metrics: others, artifacts: artifacts?.slice(0, 1) });
    expect(await readRow(second.jobId)).toMatchObject({ mirror: [bundleOf(first)] });
  });

  test("a sync that starts anew has its own bundle alone, and a lost mirror is audited", async () => {
    const first = await runningSync();
    await expectApplied(await syncSuccess(api, first));
    const second = await runningSync(first);
    await expectApplied(await syncSuccess(api, second, { metrics: { mirror_lost: "corrupted" } }));
    expect(await readRow(second.jobId)).toMatchObject({ mirror: [bundleOf(second)] });
    expect((await auditsOf(second.jobId))[1]).toEqual({
      type: "repo_mirror_lost",
      metadata: { job_id: second.jobId, reason: "corrupted" },
    });
  });

  test("a sync that found nothing new shows what the one before found", async () => {
    const first = await runningSync();
    await expectApplied(await syncSuccess(api, first));
    const second = await runningSync(first);
    const before = await readRow(first.jobId);
    const metrics = { extends: first.jobId, unchanged: true, forced: [], deleted: [] } satisfies RepoMetrics;
    await expectApplied({ job_id: second.jobId, status: "SUCCESS", attempt: 1, bundle_url: null, metrics });
    const after = await readRow(second.jobId);
    const { head, head_ref, refs, refs_total, files, bytes, left_out, manifest_key, mirror } = before;
    expect(after).toMatchObject({ head, head_ref, refs, refs_total, files, bytes, left_out, manifest_key, mirror });
    expect(after).toMatchObject({ status: "COMPLETED", logs_key: null, timings: null });
    expect(await mirrorKeyOf(second)).toBe(key(first, "manifest.json"));
    expect((await noticesOf(api, second.team.owner))[1]).toMatchObject({ data: { head: testHead, files: 1 } });
  });

  test("the newest sync of a repository alone keeps what the next one goes on from", async () => {
    const first = await runningSync();
    await expectApplied(await syncSuccess(api, first));
    await setRepo(api, first.request, { url: "https://github.com/example/other.git" });
    const other = await runningSync(first);
    await expectApplied(await syncSuccess(api, other));
    expect(await readRow(first.jobId)).toMatchObject({ refs: expect.anything(), mirror: [bundleOf(first)] });
    await setRepo(api, first.request);
    const next = await runningSync(first);
    await expectApplied(await syncSuccess(api, next, { metrics: { extends: first.jobId } }));
    expect(await readRow(first.jobId)).toMatchObject({ refs: null, refs_total: 2, mirror: null, head: testHead });
    expect(await readRow(other.jobId)).toMatchObject({ mirror: [bundleOf(other)] });
    expect(await readRow(next.jobId)).toMatchObject({ mirror: [bundleOf(first), bundleOf(next)] });
  });

  test("a history that was rewritten is kept with the sync and audited", async () => {
    const job = await runningSync();
    const [forced, deleted] = [["refs/heads/main", "refs/tags/v1"], ["refs/heads/old"]];
    await expectApplied(await syncSuccess(api, job, { metrics: { forced, deleted } }));
    expect(await readRow(job.jobId)).toMatchObject({ forced, deleted });
    expect(await auditsOf(job.jobId)).toEqual([
      { type: "repo_completed", metadata: { job_id: job.jobId } },
      { type: "repo_force_pushed", metadata: { job_id: job.jobId, refs: forced } },
    ]);
  });

  test("of left out files the first hundred are named, and all are counted", async () => {
    const job = await runningSync();
    const leftOut = Array.from({ length: 120 }, (_, n) => ({ path: `\u0001\uFFFD-${n}`, reason: "not_utf8" as const }));
    await expectApplied(await syncSuccess(api, job, { manifest: mirrorOf({}, { left_out: leftOut }) }));
    expect(await readRow(job.jobId)).toMatchObject({ left_out: leftOut.slice(0, 100), left_out_total: 120, files: 0 });
  });

  test("where the settings have come to name another repository, the sync is no mirror of the project's", async () => {
    const job = await runningSync();
    await setRepo(api, job.request, { url: "https://github.com/example/other.git" });
    await expectApplied(await syncSuccess(api, job));
    expect(await readRow(job.jobId)).toMatchObject({ status: "COMPLETED" });
    expect(await mirrorKeyOf(job)).toBeNull();
  });

  test("where the settings come to do so at the same moment, it is none either", async () => {
    const job = await runningSync();
    const body = await syncSuccess(api, job);
    const answer = await whileOpen<Answer>(api, {
      change: (sql) => sql`
        UPDATE projects SET settings = '{"repo":{"url":"https://github.com/example/other.git"}}', mirror_manifest_key = NULL
        WHERE id = ${job.team.project.id}`,
      meanwhile: () => postSigned(api, path, body),
    });
    expect(answer.body.data).toEqual({ applied: true });
    expect(await mirrorKeyOf(job)).toBeNull();
  });

  test("the mirror of a newer sync stays", async () => {
    const job = await runningSync();
    const newer = newId();
    await api.sql`
      INSERT INTO repo_syncs (id, project_id, repo_url, priority, input_key, status, created_at, completed_at)
      VALUES (${newer}, ${job.team.project.id}, ${exampleRepoUrl}, 1, '-', 'COMPLETED', now() + interval '1 minute', now())`;
    await api.sql`UPDATE projects SET mirror_manifest_key = 'newer' WHERE id = ${job.team.project.id}`;
    await expectApplied(await syncSuccess(api, job));
    expect(await mirrorKeyOf(job)).toBe("newer");
  });

  test("failure ends the sync with its reason in both forms, and the mirror stays", async () => {
    const first = await runningSync();
    await expectApplied(await syncSuccess(api, first));
    const job = await runningSync(first);
    const error = "The repository is not there, or takes a token.";
    const details = { reason: "not_found_or_private" };
    await expectApplied({ job_id: job.jobId, status: "FAIL", attempt: 1, error, error_details: details });
    expect(await readRow(job.jobId)).toMatchObject({
      status: "FAILED",
      error_message: error,
      error: { code: "REPO_SYNC_FAILED", message: error, details },
      manifest_key: null,
    });
    expect((await noticesOf(api, job.team.owner))[1]).toMatchObject({
      type: "repo_sync_failed",
      data: { code: "REPO_SYNC_FAILED", message: error },
    });
    expect((await auditsOf(job.jobId)).map(({ type }) => type)).toEqual(["repo_failed"]);
    expect(await mirrorKeyOf(job)).toBe(key(first, "manifest.json"));
  });

  test("a quota that was passed is told by its own code", async () => {
    const job = await runningSync();
    const failure = { status: "FAIL", attempt: 1, error: "Your tier holds less.", error_code: "QUOTA_EXCEEDED" };
    await expectApplied({ job_id: job.jobId, ...failure });
    expect(await readRow(job.jobId)).toMatchObject({ error: { code: "QUOTA_EXCEEDED" } });
  });

  test("ten of the same at once take effect once", async () => {
    const job = await runningSync();
    const body = await syncSuccess(api, job, { metrics: { forced: ["refs/heads/main"] } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => postSigned(api, path, body)));
    for (const { status } of answers) expect(status).toBe(200);
    expect(answers.filter(({ body: { data } }) => (data as { applied: boolean }).applied)).toHaveLength(1);
    expect(await noticesOf(api, job.team.owner)).toHaveLength(1);
    expect(await auditsOf(job.jobId)).toHaveLength(2);
  });

  test("a stale attempt is fenced off, and leaves no blob and no mirror", async () => {
    const job = await runningSync();
    const stale = await syncSuccess(api, job);
    const attempt = await claimSync(api, job.jobId);
    expect((await postSigned(api, path, stale)).body.data).toEqual({ applied: false });
    expect(await blobsOf(job.teamId)).toEqual([]);
    expect(await mirrorKeyOf(job)).toBeNull();
    await expectApplied(await syncSuccess(api, { ...job, attempt }));
    expect(await mirrorKeyOf(job)).toBe(key({ ...job, attempt }, "manifest.json"));
  });
});

describe("automatic syncs", () => {
  /** Makes the project's waiting sync an automatic one. */
  async function automaticSync(earlier?: Running): Promise<Running> {
    const job = await runningSync(earlier);
    await api.sql`UPDATE repo_syncs SET automatic = true, status = 'QUEUED' WHERE id = ${job.jobId}`;
    return job;
  }
  const typesOf = async ({ team }: Running) => (await noticesOf(api, team.owner)).map(({ type }) => type);

  test("success is told to nobody, and audited", async () => {
    const job = await automaticSync();
    await completeSync(api, job);
    expect(await typesOf(job)).toEqual([]);
    expect((await auditsOf(job.jobId)).map(({ type }) => type)).toEqual(["repo_completed"]);
  });

  test("of failures in a row the first is told, and again after one that went well", async () => {
    const first = await automaticSync();
    await failSync(api, first.jobId);
    for (let times = 0; times < 2; times += 1) await failSync(api, (await automaticSync(first)).jobId);
    expect(await typesOf(first)).toEqual(["repo_sync_failed"]);
    await completeSync(api, await automaticSync(first));
    await failSync(api, (await automaticSync(first)).jobId);
    expect(await typesOf(first)).toEqual(["repo_sync_failed", "repo_sync_failed"]);
  });

  test("one that was asked for is told however often it fails", async () => {
    const first = await runningSync();
    await failSync(api, first.jobId);
    await failSync(api, (await runningSync(first)).jobId);
    expect(await typesOf(first)).toEqual(["repo_sync_failed", "repo_sync_failed"]);
  });
});

type Change = (body: CallbackBody, job: Running) => Promise<Partial<CallbackBody>> | Partial<CallbackBody>;

/** The callback with another manifest. */
const withManifest =
  (manifest: unknown): Change =>
  async (body, job) => ({
    artifacts: [
      { name: "manifest", url: await putOfSync(api, job, { name: "manifest.json", body: JSON.stringify(manifest) }) },
      ...(body.artifacts?.slice(1) ?? []),
    ],
  });
const withMetrics =
  (change: Record<string, unknown>): Change =>
  (body) => ({ metrics: { ...body.metrics, ...change } });
const file = (path: string, size = 1): MirrorManifest["files"][number] => ({
  path,
  size,
  sha256: sha256Hex("a"),
  oid: testHead,
});

describe("400", () => {
  test.each<[string, string, Change]>([
    ["a page", "bundle_url", (body) => ({ bundle_url: body.artifacts?.[0]?.url ?? null })],
    ["no artifact", "artifacts", () => ({ artifacts: [] })],
    ["no manifest", "artifacts", (body) => ({ artifacts: body.artifacts?.slice(1) })],
    ["a bundle without its artifact", "artifacts", (body) => ({ artifacts: body.artifacts?.slice(0, 1) })],
    [
      "an artifact of no name",
      "artifacts.0.name",
      (body) => ({
        artifacts: [{ name: "page", url: body.artifacts?.[0]?.url ?? "" }],
      }),
    ],
    ["no metrics", "metrics.extends", () => ({ metrics: {} })],
    ["metrics of another form", "metrics.forced", withMetrics({ forced: "main" })],
    ["a bundle of another size", "metrics.bundle.bytes", withMetrics({ bundle: { bytes: 1, sha256: sha256Hex("") } })],
    ["a sync to go on from that is not there", "metrics.extends", withMetrics({ extends: newId() })],
    ["nothing new since no sync", "metrics.extends", withMetrics({ unchanged: true })],
    ["a manifest that is no JSON", "artifacts.manifest.head", withManifest({})],
    [
      "a path that leads out",
      "artifacts.manifest.files.1.path",
      withManifest(mirrorOf({}, { files: [file("a"), file("../b")] })),
    ],
    [
      "two sizes of one content",
      "artifacts.manifest.files.0.size",
      withManifest(mirrorOf({}, { files: [file("a", 1), file("b", 2)] })),
    ],
    [
      "a ref that the database cannot hold",
      "artifacts.manifest",
      withManifest(mirrorOf({}, { refs: { "refs/heads/\0": testHead } })),
    ],
    [
      "too many refs",
      "artifacts.manifest.refs",
      withManifest(
        mirrorOf(
          {},
          { refs: Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`refs/tags/${n}`, testHead])) },
        ),
      ),
    ],
  ])("%s is refused, audited, and changes nothing", async (_, at, change) => {
    const job = await runningSync();
    const body = await syncSuccess(api, job);
    const before = await readRow(job.jobId);
    const answer = await postSigned(api, path, { ...body, ...(await change(body, job)) });
    expectError(answer, "VALIDATION_ERROR");
    expect(answer.body.error?.details).toMatchObject([{ path: at }]);
    expect(await readRow(job.jobId)).toEqual(before);
    expect(await blobsOf(job.teamId)).toEqual([]);
    expect(await mirrorKeyOf(job)).toBeNull();
  });

  test.each<[string, (job: Running) => string]>([
    ["another team", ({ jobId }) => `t/${newId()}/repos/${jobId}/1/manifest.json`],
    ["another sync", ({ teamId }) => `t/${teamId}/repos/${newId()}/1/manifest.json`],
    ["another attempt", ({ teamId, jobId }) => `t/${teamId}/repos/${jobId}/2/manifest.json`],
    ["an object that is not there", ({ teamId, jobId }) => `t/${teamId}/repos/${jobId}/1/none.json`],
  ])("a manifest of %s is refused", async (_, keyOf) => {
    const job = await runningSync();
    const { artifacts = [], ...body } = await syncSuccess(api, job);
    const planted = keyOf(job);
    if (!planted.includes("none")) await api.deps.storage.put(planted, "{}", "application/json");
    const url = toObjectUrl(api.deps.storage.bucket, planted);
    const answer = await postSigned(api, path, {
      ...body,
      artifacts: [{ name: "manifest", url }, ...artifacts.slice(1)],
    });
    expectError(answer, "VALIDATION_ERROR");
    expect(answer.body.error?.details).toMatchObject([{ path: "artifacts.0.url" }]);
  });

  test("a manifest of more bytes than are read into memory is refused before it is", async () => {
    const job = await runningSync();
    const success = await syncSuccess(api, job);
    await putOfSync(api, job, { name: "manifest.json", body: " ".repeat(64 * 1024 * 1024 + 1) });
    const answer = await postSigned(api, path, success);
    expectError(answer, "VALIDATION_ERROR");
    expect(answer.body.error?.details).toMatchObject([{ path: "artifacts.manifest" }]);
  });

  test.each([
    ["another project", async (job: Running) => ({ ...job, ...(await runningSync()) })],
    [
      "the same project of another repository",
      async (job: Running) => {
        await completeSync(api, job);
        await setRepo(api, job.request, { url: "https://github.com/example/other.git" });
        return job;
      },
    ],
  ])("a sync that goes on from one of %s is refused", async (which, arrange) => {
    const first = await arrange(await runningSync());
    if (which === "another project") await completeSync(api, first);
    const second = await runningSync(which === "another project" ? undefined : first);
    const body = await syncSuccess(api, second, { metrics: { extends: first.jobId } });
    const answer = await postSigned(api, path, body);
    expectError(answer, "VALIDATION_ERROR");
    expect(answer.body.error?.details).toMatchObject([{ path: "metrics.extends" }]);
  });
});

describeSignatures(api, path);
describeForeignPreview(api, path);

describe("404", () => {
  test("a sync is not there at the addresses of previews and AI jobs, and goes on", async () => {
    const job = await runningSync();
    const body = await syncSuccess(api, job);
    expectError(await postSigned(api, "/preview/callback", body), "NOT_FOUND");
    expectError(await postSigned(api, "/ai/callback", body), "NOT_FOUND");
    expect(await readRow(job.jobId)).toMatchObject({ status: "RUNNING" });
  });
});
