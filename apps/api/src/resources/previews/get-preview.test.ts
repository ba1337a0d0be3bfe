import type { Preview } from "@hivesync/contracts/resources/previews";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam, setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { claim, complete, postSigned, publish, type RequestedPreview } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner, member, stranger } = await createTeam(api);
await setTier(api, owner, "Premium");

async function request(): Promise<RequestedPreview> {
  return publish(api, { token: owner.token, projectId: project.id }, { "index.html": newId() });
}

async function read(jobId: string, token: string): Promise<Preview> {
  const answer = await api.call(`GET /preview/${jobId}`, { token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("a preview that waits has a state and no addresses but its link", async () => {
    const job = await request();
    const preview = await read(job.job_id, member.token);
    expect(preview).toEqual({
      job_id: job.job_id,
      project_id: project.id,
      project_name: project.name,
      status: "QUEUED",
      queue: "preview-cpu",
      progress: null,
      preview_url: job.preview_url,
      bundle_url: null,
      source_map_url: null,
      logs_url: null,
      snapshots: {},
      error: null,
      kind: null,
      platform: "web",
      warnings: [],
      timings: null,
      context: null,
      requested_by: owner.id,
      retried_from: null,
      created_at: preview.created_at,
      started_at: null,
      completed_at: null,
      expires_at: job.expires_at,
    });
  });

  test("progress is shown while it builds", async () => {
    const { job_id: id } = await request();
    await claim(api, id);
    await api.sql`UPDATE preview_sessions SET progress = ${api.sql.json({ phase: "building", ratio: 0.5 })} WHERE id = ${id}`;
    const progress = { phase: "building", ratio: 0.5 };
    expect(await read(id, member.token)).toMatchObject({ status: "RUNNING", progress });
  });

  test("a built preview opens by fresh links: the page inline, map and log as attachments", async () => {
    const { job_id: id } = await request();
    await complete(api, { teamId, jobId: id });
    const preview = await read(id, member.token);
    expect(preview).toMatchObject({
      status: "COMPLETED",
      kind: "Vue page (Vue 3)",
      warnings: ["one warning"],
      timings: { build_ms: 12 },
    });
    const page = await fetch(preview.bundle_url ?? "");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page.headers.get("content-disposition")).toBe("inline");
    expect(await page.text()).toContain("index.html");
    for (const url of [preview.source_map_url, preview.logs_url]) {
      const response = await fetch(url ?? "");
      expect(response.headers.get("content-disposition")).toBe("attachment");
      await response.text();
    }
    expect(preview.bundle_url).toContain("X-Amz-Expires=300");
    const [row] = await api.sql`SELECT p::text AS row FROM preview_sessions p WHERE id = ${id}`;
    expect(row?.["row"]).not.toMatch(/X-Amz|https?:/);
  });

  test("pictures of a preview come as links too, those that there are, until it expires", async () => {
    const { job_id: id } = await request();
    await complete(api, { teamId, jobId: id });
    const key = `t/${teamId}/previews/${id}/1/snapshot-phone.png`;
    await api.deps.storage.put(key, "picture", "image/png");
    await api.sql`UPDATE preview_sessions SET artifacts = artifacts || ${api.sql.json({ snapshot_phone: key })} WHERE id = ${id}`;
    const { snapshots } = await read(id, member.token);
    expect(Object.keys(snapshots)).toEqual(["phone"]);
    const picture = await fetch(snapshots.phone ?? "");
    expect(picture.headers.get("content-type")).toBe("image/png");
    expect(await picture.text()).toBe("picture");
    await api.sql`UPDATE preview_sessions SET expires_at = now() WHERE id = ${id}`;
    expect(await read(id, member.token)).toMatchObject({ snapshots: {} });
  });

  test("a failed preview says why", async () => {
    const { job_id: id } = await request();
    const attempt = await claim(api, id);
    const details = [{ file: "App.tsx", line: 2, column: 1, text: "no" }];
    await postSigned(api, "/preview/callback", {
      job_id: id,
      status: "FAIL",
      attempt,
      error: "App.tsx does not parse",
      error_code: "PREVIEW_BUILD_FAILED",
      error_details: details,
    });
    const error = { code: "PREVIEW_BUILD_FAILED", message: "App.tsx does not parse", details };
    expect(await read(id, member.token)).toMatchObject({ status: "FAILED", error, bundle_url: null });
  });

  test("a preview token opens its own preview, and is told its project's name, without the link that it is", async () => {
    const job = await request();
    await complete(api, { teamId, jobId: job.job_id });
    const preview = await read(job.job_id, job.preview_token);
    expect(preview).toMatchObject({ status: "COMPLETED", project_name: project.name, preview_url: null });
    expect((await fetch(preview.bundle_url ?? "")).status).toBe(200);
  });

  test("an expired preview is still told of, and has no addresses", async () => {
    const { job_id: id } = await request();
    await complete(api, { teamId, jobId: id });
    await api.sql`UPDATE preview_sessions SET expires_at = now() WHERE id = ${id}`;
    const none = { bundle_url: null, source_map_url: null, logs_url: null };
    expect(await read(id, member.token)).toMatchObject({ status: "COMPLETED", ...none });
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    await expectRefusal(api, "GET /preview/7", { token: member.token, code: "VALIDATION_ERROR", at: ["id"] });
  });
});

describe("401", () => {
  test("a link ends with its preview, by what the row says now", async () => {
    const { job_id: id } = await request();
    const token = api.deps.previewLinks.codeOf(id);
    expect((await api.call(`GET /preview/${id}`, { token })).status).toBe(200);
    await api.sql`UPDATE preview_sessions SET expires_at = now() WHERE id = ${id}`;
    await expectRefusal(api, `GET /preview/${id}`, { token, code: "AUTH_EXPIRED" });
  });

  test("a preview token ends with its preview", async () => {
    const { job_id: id } = await request();
    const token = await api.deps.tokens.signPreview({
      id,
      project_id: project.id,
      created_at: "2026-01-01T00:00:00.000Z",
      expires_at: "2026-01-01T01:00:00.000Z",
    });
    await expectRefusal(api, `GET /preview/${id}`, { token, code: "AUTH_EXPIRED" });
  });

  test("without a token nothing is told", async () => {
    const { job_id: id } = await request();
    await expectRefusal(api, `GET /preview/${id}`, { code: "AUTH_INVALID" });
  });
});

describe("404", () => {
  test("a preview of another team looks like one that is not there", async () => {
    const { job_id: id } = await request();
    const look = (jobId: string) =>
      expectRefusal(api, `GET /preview/${jobId}`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await look(id)).body).toEqual((await look(newId())).body);
  });

  test("a preview token opens no other preview, not even of its project", async () => {
    const [one, two] = [await request(), await request()];
    await expectRefusal(api, `GET /preview/${two.job_id}`, { token: one.preview_token, code: "NOT_FOUND" });
  });

  test("a cancelled preview is closed to its link and shown to members", async () => {
    const job = await request();
    await api.sql`UPDATE preview_sessions SET status = 'CANCELLED', completed_at = now() WHERE id = ${job.job_id}`;
    await expectRefusal(api, `GET /preview/${job.job_id}`, { token: job.preview_token, code: "NOT_FOUND" });
    expect(await read(job.job_id, member.token)).toMatchObject({ status: "CANCELLED" });
  });

  test("a deleted preview is closed to its link", async () => {
    const job = await request();
    await api.sql`DELETE FROM preview_sessions WHERE id = ${job.job_id}`;
    await expectRefusal(api, `GET /preview/${job.job_id}`, { token: job.preview_token, code: "NOT_FOUND" });
  });
});
