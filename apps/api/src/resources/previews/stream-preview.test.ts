import type { PreviewEvent } from "@hivesync/contracts/resources/previews";
import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { openStream } from "#testing/open-stream.ts";
import { claim, complete, fail, postSigned, publish, type RequestedPreview } from "#testing/publish.ts";
import { rowsRead, watchPlans } from "#testing/query-plans.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const here = await startTestApi();
const there = await startTestApi({}, here.stack);
afterAll(async () => {
  await there[Symbol.asyncDispose]();
  await here[Symbol.asyncDispose]();
});
await here.listen();
const origin = await there.listen();
const team = await createTeam(here);

let made = 0;
const request = (): Promise<RequestedPreview> =>
  publish(here, { token: team.owner.token, projectId: team.project.id }, { "a.html": `page ${(made += 1)}` });
const open = (jobId: string, token: string) =>
  openStream<PreviewEvent>(`${origin}/api/v1/preview/${jobId}/stream`, { token });
const finish = (jobId: string) => complete(here, { teamId: team.teamId, jobId });
const typesIn = (events: readonly PreviewEvent[]): string[] => events.map(({ type }) => type);

async function lastPlaceFree(): Promise<void> {
  await here.sql`UPDATE preview_sessions SET status = 'CANCELLED', completed_at = now() WHERE completed_at IS NULL`;
  const keys = await here.deps.redis.keys(`${here.stack.redisPrefix}rate_limit:*`);
  if (keys.length > 0) await here.deps.redis.del(keys);
}

describe("200", () => {
  test("says how the preview stands, how it comes along, and its end, whichever process is told of it", async () => {
    await lastPlaceFree();
    const { job_id } = await request();
    await using stream = await open(job_id, team.member.token);
    expect(await stream.waitFor(1)).toEqual([{ type: "progress", status: "QUEUED", progress: null }]);
    const progress = { phase: "building" as const, ratio: 0.5 };
    const state = { job_id, project_id: team.project.id, status: "RUNNING" as const, progress };
    here.deps.events.publish([{ topic: "preview", key: job_id, message: { type: "progress", ...state } }]);
    expect((await stream.waitFor(2))[1]).toEqual({ type: "progress", status: "RUNNING", progress });
    await finish(job_id);
    expect((await stream.waitFor(3))[2]).toEqual({ type: "end", status: "COMPLETED", error: null });
  });

  test("a preview that has ended says so at once, with the reason of a failure", async () => {
    await lastPlaceFree();
    const { job_id } = await request();
    const attempt = await claim(here, job_id);
    const body = { job_id, status: "FAIL", attempt, error: "a.html: no such thing", error_details: [{ line: 3 }] };
    await postSigned(here, "/preview/callback", body);
    await using stream = await open(job_id, team.member.token);
    expect(await stream.waitFor(1)).toEqual([
      {
        type: "end",
        status: "FAILED",
        error: { code: "PREVIEW_BUILD_FAILED", message: "a.html: no such thing", details: [{ line: 3 }] },
      },
    ]);
  });

  test("the holder of the link is told of a newer preview that is ready, by a link that opens it, and of none that is not", async () => {
    await lastPlaceFree();
    const old = await request();
    await finish(old.job_id);
    await using stream = await open(old.job_id, old.preview_token);
    await stream.waitFor(1);
    const newer = await request();
    await finish(newer.job_id);
    const event = await stream.waitForData(({ type }) => type === "superseded");
    expect(event).toEqual({ type: "superseded", preview_url: newer.preview_url });
    expect(typesIn(stream.data())).toEqual(["end", "superseded"]);
    // Whoever comes later is told as well.
    await using later = await open(old.job_id, old.preview_token);
    expect(typesIn(await later.waitFor(2))).toEqual(["end", "superseded"]);
    await using newest = await open(newer.job_id, newer.preview_token);
    await newest.waitFor(1);
    await there.deps.openStreams.recheckOnce();
    expect(typesIn(newest.data())).toEqual(["end"]);
  });

  test("the holder of the link is told of a newer preview that failed, by a link that opens its failure, and of none that was cancelled", async () => {
    await lastPlaceFree();
    const old = await request();
    await finish(old.job_id);
    await using stream = await open(old.job_id, old.preview_token);
    await stream.waitFor(1);
    const cancelled = await request();
    await here.call(`POST /preview/${cancelled.job_id}/cancel`, { token: team.owner.token, body: {} });
    const broken = await request();
    await fail(here, broken.job_id);
    const told = { type: "newer_failed", preview_url: broken.preview_url };
    expect(await stream.waitFor(2)).toEqual([{ type: "end", status: "COMPLETED", error: null }, told]);
    // Whoever comes later is told as well.
    await using later = await open(old.job_id, old.preview_token);
    expect((await later.waitFor(2))[1]).toEqual(told);
    expect(typesIn(stream.data())).toEqual(["end", "newer_failed"]);
  });

  test("a failure is told no more once a newer preview is ready; one that is newer still is told after that", async () => {
    await lastPlaceFree();
    const old = await request();
    await fail(here, old.job_id);
    await using stream = await open(old.job_id, old.preview_token);
    await stream.waitFor(1);
    await fail(here, (await request()).job_id);
    const mended = await request();
    await finish(mended.job_id);
    expect((await stream.waitFor(3)).slice(1)).toEqual([
      expect.objectContaining({ type: "newer_failed" }),
      { type: "superseded", preview_url: mended.preview_url },
    ]);
    await using later = await open(old.job_id, old.preview_token);
    await later.waitForData(({ type }) => type === "superseded");
    await lastPlaceFree();
    const broken = await request();
    await fail(here, broken.job_id);
    const told = { type: "newer_failed", preview_url: broken.preview_url };
    expect((await later.waitFor(3))[2]).toEqual(told);
    expect(typesIn(later.data())).toEqual(["end", "superseded", "newer_failed"]);
    await using newest = await open(mended.job_id, mended.preview_token);
    expect((await newest.waitFor(2))[1]).toEqual(told);
  });

  test("a newer failure whose message was lost is found when the stream looks again", async () => {
    await lastPlaceFree();
    const old = await request();
    await finish(old.job_id);
    await using stream = await open(old.job_id, team.owner.token);
    await stream.waitFor(1);
    const { job_id, preview_url } = await request();
    await here.sql`UPDATE preview_sessions SET status = 'FAILED', error = '{}', completed_at = now() WHERE id = ${job_id}`;
    for (let round = 0; round < 6; round += 1) await there.deps.openStreams.recheckOnce();
    expect((await stream.waitFor(2))[1]).toEqual({ type: "newer_failed", preview_url });
  });

  test("newer previews are found by an index, and none but the newest is read, however many the project has", async () => {
    await lastPlaceFree();
    const own = await createTeam(here);
    const addEnded = async (rows: number, at: string): Promise<void> => {
      await here.sql`
        INSERT INTO preview_sessions (id, project_id, token_hash, queue, priority, input_key, bundle_url, error, status, created_at, completed_at, expires_at)
        SELECT uuidv7(), ${own.project.id}, '-', 'preview-cpu', 5, '-', '-', '{}', CASE WHEN n % 2 = 0 THEN 'COMPLETED' ELSE 'FAILED' END,
          now() + ${at}::interval + n * interval '1 ms', now(), now() + interval '1 hour'
        FROM generate_series(1, ${rows}) n`;
    };
    await addEnded(4_000, "-1 hour");
    const watched = await publish(here, { token: own.owner.token, projectId: own.project.id }, { "a.html": "watched" });
    await addEnded(4_000, "1 second");
    await here.sql`ANALYZE preview_sessions`;
    await using looking = await startTestApi({}, here.stack);
    const address = `${await looking.listen()}/api/v1/preview/${watched.job_id}/stream`;
    await using plans = watchPlans(looking);
    const { result, nodes } = await plans.plansOf(async () => {
      await using stream = await openStream<PreviewEvent>(address, { token: own.owner.token });
      return typesIn(await stream.waitFor(2));
    });
    expect(result).toEqual(["progress", "superseded"]);
    const scans = nodes.filter((node) => node["Relation Name"] === "preview_sessions");
    expect(new Set(scans.map((node) => node["Index Name"]))).toEqual(
      new Set(["preview_sessions_pkey", "preview_sessions_project_status_idx"]),
    );
    for (const scan of scans) expect(rowsRead(scan)).toBe(1);
  });

  test("an end whose message was lost is found when the stream looks again", async () => {
    await lastPlaceFree();
    const { job_id } = await request();
    await using stream = await open(job_id, team.member.token);
    await stream.waitFor(1);
    await here.sql`UPDATE preview_sessions SET status = 'CANCELLED', completed_at = now() WHERE id = ${job_id}`;
    for (let round = 0; round < 6; round += 1) await there.deps.openStreams.recheckOnce();
    expect((await stream.waitFor(2))[1]).toMatchObject({ type: "end", status: "CANCELLED" });
  });
});

describe("the end of the right to it", () => {
  test.each([
    [
      "a member who was taken out of the team",
      async () => here.sql`DELETE FROM team_members WHERE user_id = ${team.member.id}`,
    ],
    [
      "everyone, of a project that was deleted",
      async () => here.sql`DELETE FROM projects WHERE id = ${team.project.id}`,
    ],
  ])("%s is told NOT_FOUND within seconds", async (_, takeAway) => {
    await lastPlaceFree();
    const { job_id } = await request();
    await here.sql`
      INSERT INTO team_members (id, team_id, user_id, role) VALUES (${newId()}, ${team.teamId}, ${team.member.id}, 'Member')
      ON CONFLICT DO NOTHING`;
    await using stream = await open(job_id, team.member.token);
    await stream.waitFor(1);
    await takeAway();
    await there.deps.openStreams.recheckOnce();
    await waitUntil(stream.hasEnded, (ended) => ended);
    expect(stream.events.at(-1)?.event).toBe("stream_error");
    expect(JSON.parse(stream.events.at(-1)?.data ?? "")).toMatchObject({ code: "NOT_FOUND" });
  });

  test("a link that expires ends its stream with AUTH_EXPIRED", async () => {
    const own = await createTeam(here);
    const preview = await publish(here, { token: own.owner.token, projectId: own.project.id }, { "a.html": "short" });
    await here.sql`UPDATE preview_sessions SET expires_at = now() + interval '1 second' WHERE id = ${preview.job_id}`;
    await using stream = await open(preview.job_id, preview.preview_token);
    await waitUntil(stream.hasEnded, (ended) => ended);
    expect(JSON.parse(stream.events.at(-1)?.data ?? "")).toMatchObject({ code: "AUTH_EXPIRED" });
  });
});

describe("404", () => {
  test("to strangers a preview's stream looks like one that is not there; so does a cancelled one to its link", async () => {
    const own = await createTeam(here);
    const preview = await publish(here, { token: own.owner.token, projectId: own.project.id }, { "a.html": "x" });
    for (const id of [preview.job_id, newId()])
      expectError(await here.call(`GET /preview/${id}/stream`, { token: own.stranger.token }), "NOT_FOUND");
    await here.call(`POST /preview/${preview.job_id}/cancel`, { token: own.owner.token, body: {} });
    const answer = await here.call(`GET /preview/${preview.job_id}/stream`, { token: preview.preview_token });
    expectError(answer, "NOT_FOUND");
  });
});
