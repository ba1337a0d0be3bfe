import { everyone } from "@hivesync/platform/events/topics";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam, type TestTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { claim, complete, postSigned, publish, successBody } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

const cancel = (jobId: string, token: string) => api.call(`POST /preview/${jobId}/cancel`, { token, body: {} });
const request = ({ owner, project }: TestTeam) =>
  publish(api, { token: owner.token, projectId: project.id }, { "a.html": "a" });
const statusOf = async (jobId: string, token: string): Promise<string> =>
  ((await api.call(`GET /preview/${jobId}`, { token })).body.data as { status: string }).status;

describe("200", () => {
  test("any member cancels a preview that waits; its link opens nothing then", async () => {
    const team = await createTeam(api);
    const { job_id, preview_token } = await request(team);
    const answer = await cancel(job_id, team.member.token);
    expect(answer.body.data).toEqual({ job_id, status: "CANCELLED" });
    expect(await statusOf(job_id, team.owner.token)).toBe("CANCELLED");
    expectError(await api.call(`GET /preview/${job_id}`, { token: preview_token }), "NOT_FOUND");
  });

  test("one that runs too: its worker is told, and what it reports afterwards changes nothing", async () => {
    const team = await createTeam(api);
    const { job_id } = await request(team);
    const attempt = await claim(api, job_id);
    const told: string[] = [];
    const subscription = api.deps.events.subscribe({ name: "cancel", key: everyone }, (message) => {
      told.push(message.job_id);
    });
    await subscription.ready;
    await cancel(job_id, team.owner.token);
    await waitUntil(
      () => told,
      (ids) => ids.includes(job_id),
    );
    subscription.unsubscribe();
    const late = await postSigned(
      api,
      "/preview/callback",
      await successBody(api, { teamId: team.teamId, jobId: job_id, attempt }),
    );
    expect(late.body.data).toEqual({ applied: false });
    expect(await statusOf(job_id, team.owner.token)).toBe("CANCELLED");
    expect(await api.sql`SELECT id FROM notifications WHERE user_id = ${team.owner.id}`).toHaveLength(0);
  });

  test("a worker that comes after the cancellation finds nothing to claim", async () => {
    const team = await createTeam(api);
    const { job_id } = await request(team);
    await cancel(job_id, team.owner.token);
    expect(await claim(api, job_id)).toBe(0);
    expect(await api.deps.dispatcher.dispatchOnce()).toBe(0);
  });

  test("the place among those that run at once is free for the next", async () => {
    const team = await createTeam(api);
    const first = await request(team);
    const second = await publish(api, { token: team.owner.token, projectId: team.project.id }, { "a.html": "b" });
    expect(await api.deps.dispatcher.dispatchOnce()).toBe(1);
    await cancel(first.job_id, team.owner.token);
    expect(await api.deps.dispatcher.dispatchOnce()).toBe(1);
    const [row] = await api.sql`SELECT dispatched_at FROM preview_sessions WHERE id = ${second.job_id}`;
    expect(row?.["dispatched_at"]).not.toBeNull();
    await cancel(second.job_id, team.owner.token);
  });

  test("cancelling twice is no mistake, and noted once", async () => {
    const team = await createTeam(api);
    const { job_id } = await request(team);
    const answers = await Promise.all([1, 2, 3].map(() => cancel(job_id, team.owner.token)));
    for (const { body } of answers) expect(body.data).toEqual({ job_id, status: "CANCELLED" });
    const notes = await api.sql`
      SELECT actor_id FROM audit_logs WHERE event_type = 'preview_cancelled' AND metadata ->> 'job_id' = ${job_id}`;
    expect(notes.map((row) => row["actor_id"])).toEqual([team.owner.id]);
  });
});

describe("409", () => {
  test("a preview that is ready is not cancelled any more", async () => {
    const team = await createTeam(api);
    const { job_id } = await request(team);
    await complete(api, { teamId: team.teamId, jobId: job_id });
    await expectRefusal(api, `POST /preview/${job_id}/cancel`, { token: team.owner.token, body: {}, code: "CONFLICT" });
  });
});

describe("404", () => {
  test("nobody from outside the team, nor the holder of the link, cancels", async () => {
    const team = await createTeam(api);
    const { job_id, preview_token } = await request(team);
    const path = `POST /preview/${job_id}/cancel`;
    await expectRefusal(api, path, { token: team.stranger.token, body: {}, code: "NOT_FOUND" });
    await expectRefusal(api, path, { token: preview_token, body: {}, code: "AUTH_INVALID" });
  });
});
