import { everyone } from "@hivesync/platform/events/topics";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { aiSuccess, claimAi, completeAi, submitAi } from "#testing/ai-jobs.ts";
import { createTeam, type TestTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { postSigned } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

const cancel = (jobId: string, token: string) => api.call(`POST /ai/jobs/${jobId}/cancel`, { token, body: {} });
const submit = async ({ owner, project }: TestTeam, text = "a"): Promise<string> =>
  (await submitAi(api, { token: owner.token, projectId: project.id }, { "a.ts": text })).job_id;
const statusOf = async (jobId: string, token: string): Promise<string> =>
  ((await api.call(`GET /ai/jobs/${jobId}`, { token })).body.data as { status: string }).status;

describe("200", () => {
  test("any member cancels a job that waits, and whoever asked for it is told on their stream", async () => {
    const team = await createTeam(api);
    const id = await submit(team);
    const told: unknown[] = [];
    const subscription = api.deps.events.subscribe({ name: "user", key: team.owner.id }, (event) => told.push(event));
    await subscription.ready;
    expect((await cancel(id, team.member.token)).body.data).toEqual({ job_id: id, status: "CANCELLED" });
    await waitUntil(
      () => told,
      (events) => events.length > 0,
    );
    subscription.unsubscribe();
    const end = { type: "progress", kind: "ai", job_id: id, project_id: team.project.id, status: "CANCELLED" };
    expect(told).toEqual([{ ...end, progress: null }]);
    expect(await statusOf(id, team.owner.token)).toBe("CANCELLED");
  });

  test("one that runs too: its worker is told, and what it reports afterwards changes nothing", async () => {
    const team = await createTeam(api);
    const id = await submit(team);
    const attempt = await claimAi(api, id);
    const told: string[] = [];
    const subscription = api.deps.events.subscribe({ name: "cancel", key: everyone }, (message) => {
      told.push(message.job_id);
    });
    await subscription.ready;
    await cancel(id, team.owner.token);
    await waitUntil(
      () => told,
      (ids) => ids.includes(id),
    );
    subscription.unsubscribe();
    const late = await postSigned(
      api,
      "/ai/callback",
      await aiSuccess(api, { teamId: team.teamId, jobId: id, attempt }),
    );
    expect(late.body.data).toEqual({ applied: false });
    expect(await statusOf(id, team.owner.token)).toBe("CANCELLED");
    expect(await api.sql`SELECT id FROM notifications WHERE user_id = ${team.owner.id}`).toHaveLength(0);
  });

  test("a worker that comes after the cancellation finds nothing to claim", async () => {
    const team = await createTeam(api);
    const id = await submit(team);
    await cancel(id, team.owner.token);
    expect(await claimAi(api, id)).toBe(0);
    expect(await api.deps.dispatcher.dispatchOnce()).toBe(0);
  });

  test("the place among those that run at once is free for the next", async () => {
    const team = await createTeam(api);
    const first = await submit(team);
    const second = await submit(team, "b");
    expect(await api.deps.dispatcher.dispatchOnce()).toBe(1);
    await cancel(first, team.owner.token);
    expect(await api.deps.dispatcher.dispatchOnce()).toBe(1);
    const [row] = await api.sql`SELECT dispatched_at FROM ai_jobs WHERE id = ${second}`;
    expect(row?.["dispatched_at"]).not.toBeNull();
    await cancel(second, team.owner.token);
  });

  test("cancelling twice is no mistake, and noted once", async () => {
    const team = await createTeam(api);
    const id = await submit(team);
    const answers = await Promise.all([1, 2, 3].map(() => cancel(id, team.owner.token)));
    for (const { body } of answers) expect(body.data).toEqual({ job_id: id, status: "CANCELLED" });
    const notes = await api.sql`
      SELECT actor_id FROM audit_logs WHERE event_type = 'ai_cancelled' AND metadata ->> 'job_id' = ${id}`;
    expect(notes.map((row) => row["actor_id"])).toEqual([team.owner.id]);
  });
});

describe("409", () => {
  test("a job that has ended is not cancelled any more", async () => {
    const team = await createTeam(api);
    const id = await submit(team);
    await completeAi(api, { teamId: team.teamId, jobId: id });
    await expectRefusal(api, `POST /ai/jobs/${id}/cancel`, { token: team.owner.token, body: {}, code: "CONFLICT" });
  });
});

describe("404", () => {
  test("nobody from outside the team cancels, nor by the address of previews", async () => {
    const team = await createTeam(api);
    const id = await submit(team);
    const outside = { token: team.stranger.token, body: {}, code: "NOT_FOUND" } as const;
    await expectRefusal(api, `POST /ai/jobs/${id}/cancel`, outside);
    await expectRefusal(api, `POST /preview/${id}/cancel`, { ...outside, token: team.owner.token });
  });
});
