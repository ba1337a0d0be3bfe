import type { ChangedJob } from "@hivesync/contracts/operator";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { afterAll, describe, expect, test } from "vitest";
import { claimAi, submitAi } from "#testing/ai-jobs.ts";
import { createTeam, setTier, type TestTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { fail, postSigned, publish } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const site = await api.register("site");
await setTier(api, site, "Admin");
const text = "<p>again</p>";

const retry = (id: string, headers: Record<string, string> = {}) =>
  api.call(`POST /admin/jobs/${id}/retry`, { token: site.token, body: {}, headers });
const refused = (id: string, writes: string[] = []) =>
  expectRefusal(api, `POST /admin/jobs/${id}/retry`, { token: site.token, body: {}, code: "CONFLICT", writes });
const byOwner = (team: TestTeam) => ({ token: team.owner.token, projectId: team.project.id });

async function failedPreview(team: TestTeam): Promise<string> {
  const { job_id: id } = await publish(api, byOwner(team), { "a.html": text });
  await fail(api, id);
  return id;
}

async function insertSync(team: TestTeam, status: "FAILED" | "QUEUED"): Promise<string> {
  const id = newId();
  const ended = status === "FAILED" ? { completed_at: new Date().toISOString(), error: api.sql.json({}) } : {};
  const row = { id, project_id: team.project.id, requested_by: team.owner.id, status, priority: 8, input_key: "-" };
  const source = { repo_url: "https://github.com/ada/notes", ref: "refs/heads/next" };
  await api.sql`INSERT INTO repo_syncs ${api.sql({ ...row, ...source, ...ended })}`;
  return id;
}

describe("202", () => {
  test("a failed preview is built anew in its requester's name: of the same files, by their tier, in their list", async () => {
    const team = await createTeam(api);
    const first = await failedPreview(team);
    await setTier(api, team.owner, "Pro");
    const answer = await retry(first);
    expect(answer.status).toBe(202);
    const again: ChangedJob = answer.body.data;
    expect(again).toEqual({ job_id: expect.any(String) as string, kind: "preview", status: "QUEUED" });
    const [earlier, row] = await api.sql`
      SELECT input_key, requested_by, priority, retried_from FROM preview_sessions WHERE id IN (${first}, ${again.job_id})
      ORDER BY created_at`;
    const { priority } = api.deps.settings.tiers.Pro;
    expect(row).toEqual({ ...earlier, requested_by: team.owner.id, priority, retried_from: first });
    const shown = await api.call(`GET /preview/${again.job_id}`, { token: team.owner.token });
    expect(shown.body.data).toMatchObject({ requested_by: team.owner.id, retried_from: first });
  });

  test("the admin is audited as who did it, for the requester", async () => {
    const team = await createTeam(api);
    const first = await failedPreview(team);
    const again: ChangedJob = (await retry(first)).body.data;
    const audited = await api.sql`
      SELECT event_type, user_id, actor_id, project_id, metadata FROM audit_logs WHERE metadata ->> 'job_id' = ${again.job_id}`;
    expect(audited).toEqual([
      {
        event_type: "preview_requested",
        user_id: team.owner.id,
        actor_id: site.id,
        project_id: team.project.id,
        metadata: { job_id: again.job_id, files: 1, retried_from: first },
      },
    ]);
  });

  test("an AI job, and a repository sync of the same address and ref", async () => {
    const team = await createTeam(api);
    const ai = await submitAi(api, byOwner(team), { "a.ts": "// a" });
    const attempt = await claimAi(api, ai.job_id);
    await postSigned(api, "/ai/callback", { job_id: ai.job_id, status: "FAIL", attempt, error: "no" });
    const written: ChangedJob = (await retry(ai.job_id)).body.data;
    expect(written).toMatchObject({ kind: "ai", status: "QUEUED" });
    expect(
      await api.sql`SELECT requested_by, retried_from, job_type FROM ai_jobs WHERE id = ${written.job_id}`,
    ).toEqual([{ requested_by: team.owner.id, retried_from: ai.job_id, job_type: "explain" }]);

    const sync = await insertSync(team, "FAILED");
    const mirrored: ChangedJob = (await retry(sync)).body.data;
    expect(mirrored).toMatchObject({ kind: "repo", status: "QUEUED" });
    const rows = await api.sql`
      SELECT repo_url, ref, status, requested_by, retried_from, input_key FROM repo_syncs WHERE id = ${mirrored.job_id}`;
    expect(rows).toEqual([
      {
        repo_url: "https://github.com/ada/notes",
        ref: "refs/heads/next",
        status: "QUEUED",
        requested_by: team.owner.id,
        retried_from: sync,
        input_key: `t/${team.teamId}/repos/${mirrored.job_id}/`,
      },
    ]);
    const audited = await api.sql`
      SELECT event_type, user_id, actor_id FROM audit_logs WHERE metadata ->> 'job_id' = ${mirrored.job_id}`;
    expect(audited).toEqual([{ event_type: "repo_requested", user_id: team.owner.id, actor_id: site.id }]);
  });

  test("goes past the requester's limit and leaves it as it was", async () => {
    const team = await createTeam(api);
    const first = await failedPreview(team);
    const { previewsPerMinute } = api.deps.settings.tiers.Free;
    for (let past = 0; past < previewsPerMinute; past += 1) expect((await retry(first)).status).toBe(202);
    const own = () => api.call(`POST /preview/${first}/retry`, { token: team.owner.token, body: {} });
    // The first counted when it was asked for.
    for (let count = 1; count < previewsPerMinute; count += 1) expect((await own()).status).toBe(202);
    expect((await own()).status).toBe(429);
    expect((await retry(first)).status).toBe(202);
  });

  test("the same key makes one job, and its answer holds nothing of the requester's link", async () => {
    const first = await failedPreview(await createTeam(api));
    const headers = { "idempotency-key": newId() };
    const [one, two] = [await retry(first, headers), await retry(first, headers)];
    expect([two.status, two.body]).toEqual([202, one.body]);
    expect(await api.sql`SELECT id FROM preview_sessions WHERE retried_from = ${first}`).toHaveLength(1);
  });
});

describe("403", () => {
  test("nobody else, not even whoever asked for the job", async () => {
    const team = await createTeam(api);
    const first = await failedPreview(team);
    const refusal = { token: team.owner.token, body: {}, code: "FORBIDDEN" } as const;
    await expectRefusal(api, `POST /admin/jobs/${first}/retry`, refusal);
  });
});

describe("404", () => {
  test("there is no such job", async () => {
    const refusal = { token: site.token, body: {}, code: "NOT_FOUND" } as const;
    await expectRefusal(api, `POST /admin/jobs/${newId()}/retry`, refusal);
  });
});

describe("409", () => {
  test("a job that has not ended", async () => {
    const team = await createTeam(api);
    const { job_id: preview } = await publish(api, byOwner(team), { "a.html": text });
    for (const id of [preview, await insertSync(team, "QUEUED")])
      expect((await refused(id)).body.error?.message).toContain("has not ended");
  });

  test("a repository sync while another of the project is under way, which is named", async () => {
    const team = await createTeam(api);
    const ended = await insertSync(team, "FAILED");
    const open = await insertSync(team, "QUEUED");
    expect((await refused(ended)).body.error?.details).toEqual({ sync_id: open });
  });

  test("a requester who is gone, disabled, or no longer in the team", async () => {
    const team = await createTeam(api);
    await setTier(api, team.member, "Pro");
    const ids: string[] = [];
    for (const user of [team.member, team.admin]) {
      const { job_id: id } = await publish(api, { token: user.token, projectId: team.project.id }, { "a.html": text });
      await fail(api, id);
      ids.push(id);
    }
    const [ofMember = "", ofAdmin = ""] = ids;
    await api.sql`UPDATE users SET disabled_at = now() WHERE id = ${team.member.id}`;
    expect((await refused(ofMember)).body.error?.message).toContain("disabled");
    await api.sql`DELETE FROM users WHERE id = ${team.member.id}`;
    expect((await refused(ofMember)).body.error?.message).toContain("gone");
    await api.sql`DELETE FROM team_members WHERE user_id = ${team.admin.id} AND team_id = ${team.teamId}`;
    expect((await refused(ofAdmin)).body.error?.message).toContain("team");
  });

  test("files that are gone from storage: nobody is handed an upload into another's team", async () => {
    const team = await createTeam(api);
    const first = await failedPreview(team);
    await api.deps.storage.delete([objectKeys.blob(team.teamId, sha256Hex(text))]);
    await api.sql`DELETE FROM blobs WHERE team_id = ${team.teamId}`;
    const answer = await refused(first, ["blobs"]);
    expect(answer.body.error?.details).toBeNull();
    expect(JSON.stringify(answer.body)).not.toContain("http");
  });

  test("more files than the requester's tier holds by now", async () => {
    const team = await createTeam(api);
    const first = await failedPreview(team);
    const { tiers } = api.deps.settings;
    Object.assign(api.deps.settings, { tiers: { ...tiers, Free: { ...tiers.Free, maxBytes: 1 } } });
    try {
      expect((await refused(first)).body.error?.details).toBeNull();
    } finally {
      Object.assign(api.deps.settings, { tiers });
    }
  });
});
