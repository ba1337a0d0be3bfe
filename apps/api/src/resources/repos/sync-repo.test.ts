import { exampleRepoUrl } from "@hivesync/contracts/examples/repos";
import type { ValidationIssue } from "@hivesync/contracts/errors";
import { newId } from "@hivesync/platform/ids";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createProject, createTeam, setTier, type TestTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { forgetCounts } from "#testing/forget-counts.ts";
import { askForSync, claimSync, completeSync, requestSync, setRepo, type SyncRequest } from "#testing/repo-syncs.ts";
import { startTestApi, type Answer } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const request = "POST /repos/sync";
const other = "https://gitlab.com/example/other.git";
beforeEach(() => forgetCounts(api));

/** A team with a project that names a repository, and calls about it. */
async function mirrored(
  repo: Parameters<typeof setRepo>[2] = { url: exampleRepoUrl },
): Promise<TestTeam & { as: Record<"owner" | "admin" | "member", SyncRequest> }> {
  const team = await createTeam(api);
  const by = ({ token }: { token: string }) => ({ token, projectId: team.project.id });
  await setRepo(api, by(team.owner), repo);
  return { ...team, as: { owner: by(team.owner), admin: by(team.admin), member: by(team.member) } };
}

async function rowOf(syncId: string): Promise<Record<string, unknown>> {
  const [row] = await api.sql`SELECT * FROM repo_syncs WHERE id = ${syncId}`;
  return row ?? {};
}

async function settingsOf(projectId: string) {
  const [row] = await api.sql<{ settings: Record<string, unknown>; mirror_manifest_key: string | null }[]>`
    SELECT settings, mirror_manifest_key FROM projects WHERE id = ${projectId}`;
  return row;
}

async function auditsOf(projectId: string, eventType: string) {
  const rows = await api.sql`
    SELECT actor_id, metadata FROM audit_logs WHERE project_id = ${projectId} AND event_type = ${eventType} ORDER BY created_at`;
  return [...rows];
}

describe("202", () => {
  test("a member asks for a sync of the repository of the settings, and it waits in its row", async () => {
    const { as, project, member, teamId } = await mirrored({ url: exampleRepoUrl, ref: "next" });
    const answer = await askForSync(api, as.member);
    const { sync_id: id } = answer.body.data as { sync_id: string };
    expect(answer).toMatchObject({ status: 202, body: { data: { sync_id: id, status: "QUEUED" } } });
    expect(await rowOf(id)).toMatchObject({
      project_id: project.id,
      requested_by: member.id,
      repo_url: exampleRepoUrl,
      ref: "next",
      automatic: false,
      status: "QUEUED",
      queue: "repo-sync",
      priority: 8,
      attempt: 0,
      dispatched_at: null,
      input_key: `t/${teamId}/repos/${id}/`,
    });
    const metadata = { job_id: id, repo_url: exampleRepoUrl, ref: "next" };
    expect(await auditsOf(project.id, "repo_requested")).toEqual([{ actor_id: member.id, metadata }]);
  });

  test("without a ref in call and settings it is the repository's own", async () => {
    const { as } = await mirrored();
    expect(await rowOf(await requestSync(api, as.member, { repo_url: exampleRepoUrl }))).toMatchObject({ ref: null });
  });

  test("a ref is for this sync alone, and the settings stay", async () => {
    const { as, project } = await mirrored({ url: exampleRepoUrl, ref: "main" });
    expect(await rowOf(await requestSync(api, as.member, { ref: "v2" }))).toMatchObject({ ref: "v2" });
    expect((await settingsOf(project.id))?.settings["repo"]).toEqual({ url: exampleRepoUrl, ref: "main" });
    expect(await auditsOf(project.id, "settings_changed")).toHaveLength(1);
  });

  test("another repository, asked for by an admin, becomes the setting with its ref, and the rest stays", async () => {
    const { as, project, admin } = await mirrored({ url: exampleRepoUrl, ref: "main", auto_sync: true });
    const id = await requestSync(api, as.admin, { repo_url: other, ref: "dev" });
    expect(await rowOf(id)).toMatchObject({ repo_url: other, ref: "dev" });
    expect((await settingsOf(project.id))?.settings["repo"]).toEqual({ url: other, ref: "dev", auto_sync: true });
    const audits = await auditsOf(project.id, "settings_changed");
    expect(audits.at(-1)).toEqual({ actor_id: admin.id, metadata: { parts: ["repo"] } });
  });

  test("the ref of the repository before does not go on to another one", async () => {
    const { as, project } = await mirrored({ url: exampleRepoUrl, ref: "main" });
    expect(await rowOf(await requestSync(api, as.admin, { repo_url: other }))).toMatchObject({ ref: null });
    expect((await settingsOf(project.id))?.settings["repo"]).toEqual({ url: other });
  });

  test("a project's first repository takes the ref that was set before", async () => {
    const { as, project } = await mirrored({ ref: "trunk" });
    expect(await rowOf(await requestSync(api, as.owner, { repo_url: other }))).toMatchObject({ ref: "trunk" });
    expect((await settingsOf(project.id))?.settings["repo"]).toEqual({ url: other, ref: "trunk" });
  });

  test("another repository takes mirror and token of the one before away", async () => {
    const { as, project, teamId } = await mirrored();
    await api.call(`PUT /projects/${project.id}/repo_token`, { token: as.admin.token, body: { token: "secret" } });
    await completeSync(api, { teamId, jobId: await requestSync(api, as.member) });
    expect((await settingsOf(project.id))?.mirror_manifest_key).toEqual(expect.any(String));
    await requestSync(api, as.admin, { repo_url: other });
    expect((await settingsOf(project.id))?.mirror_manifest_key).toBeNull();
    expect(await api.sql`SELECT host FROM repo_credentials WHERE project_id = ${project.id}`).toEqual([]);
    expect(await auditsOf(project.id, "repo_token_deleted")).toMatchObject([
      { metadata: { host: "github.com", reason: "host_changed" } },
    ]);
  });

  test("once the sync has ended the next one is accepted", async () => {
    const { as, teamId } = await mirrored();
    await completeSync(api, { teamId, jobId: await requestSync(api, as.member) });
    expect((await askForSync(api, as.admin)).status).toBe(202);
  });

  test("the priority is that of the requester's tier", async () => {
    const { as, owner } = await mirrored();
    await setTier(api, owner, "Premium");
    expect(await rowOf(await requestSync(api, as.owner))).toMatchObject({ priority: 2 });
  });
});

describe("400", () => {
  test.each([
    ["an address that is no https", { repo_url: "http://github.com/a/b.git" }, ["repo_url"]],
    ["an address of this machine", { repo_url: "https://127.0.0.1/a.git" }, ["repo_url"]],
    ["a login in the address", { repo_url: "https://user:pass@github.com/a/b.git" }, ["repo_url"]],
    ["a ref that is an option", { ref: "--upload-pack=x" }, ["ref"]],
    ["an unknown field", { token: "x" }, ["token"]],
  ])("%s is refused, and named", async (_, body, at) => {
    const { as, project } = await mirrored();
    const refusal = { token: as.owner.token, body: { project_id: project.id, ...body } };
    await expectRefusal(api, request, { ...refusal, code: "VALIDATION_ERROR", at });
  });

  test("a host that the operator has not allowed is refused, and those that are are named", async () => {
    const { as, project } = await mirrored();
    const body = { project_id: project.id, repo_url: "https://git.example.org/a.git" };
    const refusal = { token: as.owner.token, body, code: "VALIDATION_ERROR", at: ["repo_url"] } as const;
    const answer = await expectRefusal(api, request, refusal);
    const issues: ValidationIssue[] = answer.body.error?.details ?? [];
    expect(issues[0]?.message).toContain("github.com, gitlab.com, bitbucket.org, codeberg.org");
  });

  test("the repository of the settings is refused where its host is no longer allowed", async () => {
    const { as, project } = await mirrored();
    const repo = api.sql.json({ repo: { url: "https://git.example.org/a.git" } });
    await api.sql`UPDATE projects SET settings = ${repo} WHERE id = ${project.id}`;
    const refusal = { token: as.member.token, body: { project_id: project.id } };
    await expectRefusal(api, request, { ...refusal, code: "VALIDATION_ERROR", at: ["repo_url"] });
  });

  test("an address of the settings that is older than the rules is refused, so that no login is kept in a row", async () => {
    const { as, project } = await mirrored();
    const repo = api.sql.json({ repo: { url: "https://user:pass@github.com/a/b.git" } });
    await api.sql`UPDATE projects SET settings = ${repo} WHERE id = ${project.id}`;
    const refusal = { token: as.member.token, body: { project_id: project.id } };
    await expectRefusal(api, request, { ...refusal, code: "VALIDATION_ERROR", at: ["repo_url"] });
  });

  test("no address in call and settings is refused, and costs nothing of the limit", async () => {
    const { as, project } = await mirrored({});
    const refusal = { token: as.owner.token, body: { project_id: project.id } };
    await expectRefusal(api, request, { ...refusal, code: "VALIDATION_ERROR", at: ["repo_url"] });
    expect((await askForSync(api, as.owner, { repo_url: other })).status).toBe(202);
  });
});

describe("403", () => {
  test("a member may not turn the project to another repository, and has used up nothing", async () => {
    const { as, project } = await mirrored();
    const body = { project_id: project.id, repo_url: other };
    await expectRefusal(api, request, { token: as.member.token, body, code: "FORBIDDEN" });
    expect((await askForSync(api, as.member)).status).toBe(202);
  });

  test("a member may not name the project's first repository either", async () => {
    const { as, project } = await mirrored({});
    const body = { project_id: project.id, repo_url: other };
    await expectRefusal(api, request, { token: as.member.token, body, code: "FORBIDDEN" });
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const { project, stranger } = await mirrored();
    const ask = (id: string) =>
      expectRefusal(api, request, { token: stranger.token, body: { project_id: id }, code: "NOT_FOUND" });
    expect((await ask(project.id)).body).toEqual((await ask(newId())).body);
  });
});

describe("409", () => {
  test.each(["QUEUED", "RUNNING"])(
    "a second sync while one is %s is refused, named, and costs nothing",
    async (status) => {
      const { as, project, teamId } = await mirrored();
      const id = await requestSync(api, as.member);
      if (status === "RUNNING") await claimSync(api, id);
      const refusal = { token: as.owner.token, body: { project_id: project.id }, code: "CONFLICT" } as const;
      const answer = await expectRefusal(api, request, refusal);
      expect(answer.body.error?.details).toEqual({ sync_id: id });
      await completeSync(api, { teamId, jobId: id });
      expect((await askForSync(api, as.owner)).status).toBe(202);
    },
  );

  test("another repository is not taken over while a sync is under way", async () => {
    const { as, project } = await mirrored();
    const id = await requestSync(api, as.member);
    const body = { project_id: project.id, repo_url: other };
    const answer = await expectRefusal(api, request, { token: as.admin.token, body, code: "CONFLICT" });
    expect(answer.body.error?.details).toEqual({ sync_id: id });
    expect((await settingsOf(project.id))?.settings["repo"]).toEqual({ url: exampleRepoUrl });
  });

  test("of many at once one is accepted, and the others are told which", async () => {
    const { as, project, admin } = await mirrored();
    await setTier(api, admin, "Premium");
    const answers = await Promise.all(
      [as.owner, as.member, as.admin, as.admin, as.admin].map((by) => askForSync(api, by)),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted).toHaveLength(1);
    const [made] = await api.sql`SELECT id FROM repo_syncs WHERE project_id = ${project.id}`;
    for (const answer of answers.filter(({ status }) => status !== 202)) {
      expectError(answer, "CONFLICT");
      expect(answer.body.error?.details).toEqual({ sync_id: made?.["id"] });
    }
    expect(accepted[0]?.body.data).toMatchObject({ sync_id: made?.["id"] });
    expect(await api.sql`SELECT id FROM repo_syncs WHERE project_id = ${project.id}`).toHaveLength(1);
  });

  test("one that another process has written and not yet committed is waited for, and refuses", async () => {
    const { as, project } = await mirrored();
    const id = newId();
    const answer = await whileOpen<Answer>(api, {
      change: (sql) => sql`
        INSERT INTO repo_syncs (id, project_id, repo_url, priority, input_key) VALUES (${id}, ${project.id}, '-', 1, '-')`,
      meanwhile: () => askForSync(api, as.member),
    });
    expectError(answer, "CONFLICT");
    expect(answer.body.error?.details).toEqual({ sync_id: id });
  });
});

describe("429", () => {
  test("so many syncs as the tier has are accepted, the next says when", async () => {
    const { as, owner } = await mirrored();
    await requestSync(api, as.owner);
    const { id } = await createProject(api, owner);
    const answer = await expectRefusal(api, request, {
      token: owner.token,
      body: { project_id: id, repo_url: other },
      code: "RATE_LIMITED",
    });
    expect(answer.body.error?.details).toMatchObject({ limit: 1 });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(200);
  });
});
