import { exampleRepoUrl } from "@hivesync/contracts/examples/repos";
import type { api as contracts } from "@hivesync/contracts/api";
import { repoLimits } from "@hivesync/contracts/jobs/repo-sync";
import { newId } from "@hivesync/platform/ids";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { createTeam, type TestTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { forgetCounts } from "#testing/forget-counts.ts";
import { claimSync, completeSync, failSync, requestSync, setRepo, testHead } from "#testing/repo-syncs.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => forgetCounts(api));

type Status = z.output<typeof contracts.repos.status.output>;

async function readStatus({ project, member }: TestTeam): Promise<Status> {
  const answer = await api.call(`GET /repos/${project.id}/sync`, { token: member.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

async function mirrored(): Promise<TestTeam & { request: { token: string; projectId: string } }> {
  const team = await createTeam(api);
  const request = { token: team.owner.token, projectId: team.project.id };
  await setRepo(api, request);
  return { ...team, request };
}

describe("200", () => {
  test("before any sync there is none, no mirror and no token", async () => {
    const empty = { items: [], limit: 50, offset: 0, has_more: false, next_cursor: null };
    expect(await readStatus(await createTeam(api))).toEqual({ ...empty, mirror: null, token_host: null });
  });

  test("a sync that waits, one that runs, and one that failed show how they stand", async () => {
    const team = await mirrored();
    const id = await requestSync(api, team.request, { ref: "next" });
    const waiting = {
      sync_id: id,
      project_id: team.project.id,
      repo_url: exampleRepoUrl,
      ref: "next",
      automatic: false,
      status: "QUEUED",
      progress: null,
      head: null,
      head_ref: null,
      refs: null,
      files: null,
      bytes: null,
      left_out: [],
      left_out_total: null,
      forced: [],
      deleted: [],
      error: null,
      requested_by: team.owner.id,
      created_at: expect.any(String) as string,
      started_at: null,
      completed_at: null,
    };
    expect((await readStatus(team)).items).toEqual([waiting]);
    await claimSync(api, id);
    const progress = { phase: "fetching", ratio: 0.5 };
    await api.sql`UPDATE repo_syncs SET progress = ${api.sql.json(progress)} WHERE id = ${id}`;
    expect((await readStatus(team)).items).toEqual([
      { ...waiting, status: "RUNNING", progress, started_at: expect.any(String) as string },
    ]);
    await failSync(api, id, "There is no branch or tag next.");
    const error = { code: "REPO_SYNC_FAILED", message: "There is no branch or tag next.", details: null };
    const status = await readStatus(team);
    expect(status.items).toMatchObject([{ status: "FAILED", progress: null, error }]);
    expect(status.mirror).toBeNull();
  });

  test("a sync that went well shows what it found, and is the mirror", async () => {
    const team = await mirrored();
    const id = await requestSync(api, team.request);
    const leftOut = Array.from({ length: repoLimits.namedLeftOut + 5 }, (_, n) => ({
      path: `link-${n}`,
      reason: "symlink" as const,
    }));
    await completeSync(
      api,
      { teamId: team.teamId, jobId: id },
      {
        files: { "a.html": "12345", "b/c.html": "123" },
        manifest: { left_out: leftOut },
        metrics: { forced: ["refs/heads/main"], deleted: ["refs/heads/old"] },
      },
    );
    const { items, mirror } = await readStatus(team);
    expect(items).toMatchObject([
      {
        sync_id: id,
        status: "COMPLETED",
        head: testHead,
        head_ref: "refs/heads/main",
        refs: 2,
        files: 2,
        bytes: 8,
        left_out: leftOut.slice(0, repoLimits.namedLeftOut),
        left_out_total: leftOut.length,
        forced: ["refs/heads/main"],
        deleted: ["refs/heads/old"],
        error: null,
      },
    ]);
    const shown = {
      head_ref: "refs/heads/main",
      head: testHead,
      files: 2,
      bytes: 8,
      synced_at: items[0]?.completed_at,
    };
    expect(mirror).toEqual({ sync_id: id, repo_url: exampleRepoUrl, ...shown });
  });

  test("syncs are newest first, and the mirror is still that of the last that went well", async () => {
    const team = await mirrored();
    const good = await requestSync(api, team.request);
    await completeSync(api, { teamId: team.teamId, jobId: good });
    await forgetCounts(api);
    const bad = await requestSync(api, team.request);
    await failSync(api, bad);
    const { items, mirror } = await readStatus(team);
    expect(items.map(({ sync_id: id }) => id)).toEqual([bad, good]);
    expect(mirror?.sync_id).toBe(good);
  });

  test("a sync that found nothing new is the mirror's newest", async () => {
    const team = await mirrored();
    const first = await requestSync(api, team.request);
    await completeSync(api, { teamId: team.teamId, jobId: first });
    const [row] = await api.sql`
      INSERT INTO repo_syncs (id, project_id, repo_url, priority, input_key, status, completed_at, head, head_ref, files, bytes, manifest_key)
      SELECT ${newId()}, project_id, repo_url, 1, '-', 'COMPLETED', now() + interval '1 second', head, head_ref, files, bytes, manifest_key
      FROM repo_syncs WHERE id = ${first} RETURNING id`;
    expect((await readStatus(team)).mirror?.sync_id).toBe(row?.["id"]);
  });

  test("of a token its host is told, and nothing else", async () => {
    const team = await mirrored();
    const { project, owner } = team;
    await api.call(`PUT /projects/${project.id}/repo_token`, { token: owner.token, body: { token: "canary-token" } });
    const status = await readStatus(team);
    expect(status.token_host).toBe("github.com");
    expect(JSON.stringify(status)).not.toContain("canary");
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const { project, stranger } = await mirrored();
    const read = (id: string) =>
      expectRefusal(api, `GET /repos/${id}/sync`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await read(project.id)).body).toEqual((await read(newId())).body);
  });
});
