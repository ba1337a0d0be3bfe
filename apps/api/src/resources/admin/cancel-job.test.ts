import { everyone } from "@hivesync/platform/events/topics";
import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { submitAi } from "#testing/ai-jobs.ts";
import { createTeam, setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { claim, fail, publish } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const site = await api.register("site");
await setTier(api, site, "Admin");
const team = await createTeam(api);
await setTier(api, team.owner, "Pro");
const by = { token: team.owner.token, projectId: team.project.id };
let made = 0;
const preview = async (): Promise<string> => (await publish(api, by, { "a.html": `p ${(made += 1)}` })).job_id;

const cancel = (id: string, headers: Record<string, string> = {}) =>
  api.call(`POST /admin/jobs/${id}/cancel`, { token: site.token, body: {}, headers });
const audited = (id: string) => api.sql`
  SELECT event_type, user_id, actor_id FROM audit_logs
  WHERE metadata ->> 'job_id' = ${id} AND event_type LIKE '%\\_cancelled'`;

describe("200", () => {
  test("a preview that waits and one that runs are stopped, their workers told, and the admin audited as who did it", async () => {
    const told: string[] = [];
    const listening = api.deps.events.subscribe(
      { name: "cancel", key: everyone },
      ({ job_id: id }) => void told.push(id),
    );
    const [waiting, running] = [await preview(), await preview()];
    await claim(api, running);
    for (const id of [waiting, running]) {
      const answer = await cancel(id);
      expect([answer.status, answer.body.data]).toEqual([200, { job_id: id, kind: "preview", status: "CANCELLED" }]);
      expect(await audited(id)).toEqual([
        { event_type: "preview_cancelled", user_id: team.owner.id, actor_id: site.id },
      ]);
      const shown = await api.call(`GET /preview/${id}`, { token: team.owner.token });
      expect(shown.body.data).toMatchObject({ status: "CANCELLED", completed_at: expect.any(String) as string });
    }
    await waitUntil(
      () => told,
      (ids) => [waiting, running].every((id) => ids.includes(id)),
    );
    listening.unsubscribe();
  });

  test("an AI job and a repository sync too", async () => {
    const { job_id: ai } = await submitAi(api, by, { "a.ts": "// a" });
    const repo = newId();
    await api.sql`
      INSERT INTO repo_syncs (id, project_id, requested_by, repo_url, priority, input_key)
      VALUES (${repo}, ${team.project.id}, ${team.member.id}, 'https://github.com/a/b', 4, '-')`;
    expect((await cancel(ai)).body.data).toEqual({ job_id: ai, kind: "ai", status: "CANCELLED" });
    expect((await cancel(repo)).body.data).toEqual({ job_id: repo, kind: "repo", status: "CANCELLED" });
    expect(await audited(repo)).toEqual([{ event_type: "repo_cancelled", user_id: team.member.id, actor_id: site.id }]);
  });

  test("again it is the same answer, with a key and without, and audited once", async () => {
    const id = await preview();
    const headers = { "idempotency-key": newId() };
    const first = await cancel(id, headers);
    for (const again of [await cancel(id, headers), await cancel(id)])
      expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await audited(id)).toHaveLength(1);
  });
});

describe("403", () => {
  test("nobody else, not even whoever asked for the job", async () => {
    const id = await preview();
    const refusal = { token: team.owner.token, body: {}, code: "FORBIDDEN" } as const;
    await expectRefusal(api, `POST /admin/jobs/${id}/cancel`, refusal);
  });
});

describe("404", () => {
  test("there is no such job", async () => {
    const refusal = { token: site.token, body: {}, code: "NOT_FOUND" } as const;
    await expectRefusal(api, `POST /admin/jobs/${newId()}/cancel`, refusal);
  });
});

describe("409", () => {
  test("one that has ended otherwise stays as it ended", async () => {
    const id = await preview();
    await fail(api, id);
    const refusal = { token: site.token, body: {}, code: "CONFLICT" } as const;
    await expectRefusal(api, `POST /admin/jobs/${id}/cancel`, refusal);
  });
});
