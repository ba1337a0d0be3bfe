import type { AdminJob } from "@hivesync/contracts/operator";
import type { Page } from "@hivesync/contracts/pagination";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { completeAi, submitAi } from "#testing/ai-jobs.ts";
import { createTeam, setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { claim, postSigned, publish, putResult } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const site = await api.register("site");
await setTier(api, site, "Admin");
const team = await createTeam(api);
await setTier(api, team.owner, "Pro");
const by = { token: team.owner.token, projectId: team.project.id };

async function failWithLog(): Promise<string> {
  const { job_id: jobId } = await publish(api, by, { "a.html": "broken" });
  const attempt = await claim(api, jobId);
  const logsUrl = await putResult(api, { teamId: team.teamId, jobId, attempt }, "build.log");
  const error = { error: "no", error_code: "PREVIEW_BUILD_FAILED", logs_url: logsUrl };
  await postSigned(api, "/preview/callback", { job_id: jobId, status: "FAIL", attempt, ...error });
  return jobId;
}

async function insertSync(): Promise<string> {
  const id = newId();
  await api.sql`
    INSERT INTO repo_syncs (id, project_id, requested_by, repo_url, priority, input_key)
    VALUES (${id}, ${team.project.id}, ${team.member.id}, 'https://github.com/a/b', 4, '-')`;
  return id;
}

const failed = await failWithLog();
const waiting = (await publish(api, by, { "a.html": "waiting" })).job_id;
const written = (await submitAi(api, by, { "a.ts": "// written" })).job_id;
await completeAi(api, { teamId: team.teamId, jobId: written });
const mirrored = await insertSync();

async function list(query: Record<string, string>): Promise<Page<AdminJob>> {
  const answer = await api.call(`GET /admin/jobs?${new URLSearchParams(query).toString()}`, { token: site.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}
const idsOf = async (query: Record<string, string>): Promise<string[]> =>
  (await list(query)).items.map(({ job_id: id }) => id);

describe("200", () => {
  test("jobs of every kind and every team are one list, newest first", async () => {
    const { items } = await list({});
    expect(items.map(({ job_id: id, kind }) => [id, kind])).toEqual([
      [mirrored, "repo"],
      [written, "ai"],
      [waiting, "preview"],
      [failed, "preview"],
    ]);
  });

  test("a failed one says why, with a log that can be read", async () => {
    const job = (await list({})).items.find(({ job_id: id }) => id === failed);
    expect(job).toMatchObject({
      kind: "preview",
      project_id: team.project.id,
      requested_by: team.owner.id,
      status: "FAILED",
      queue: "preview-cpu",
      attempt: 1,
      error: { code: "PREVIEW_BUILD_FAILED", message: "no" },
      retried_from: null,
    });
    const log = await fetch(job?.logs_url ?? "");
    expect([log.status, log.headers.get("content-disposition")]).toEqual([200, "attachment"]);
    expect(await log.text()).toContain("build.log");
    const [open] = (await list({ status: "QUEUED", kind: "preview" })).items;
    expect(open).toMatchObject({ job_id: waiting, logs_url: null, error: null, started_at: null, completed_at: null });
  });

  test.each([
    [{ kind: "preview" }, [waiting, failed]],
    [{ kind: "ai" }, [written]],
    [{ kind: "repo" }, [mirrored]],
    [{ status: "QUEUED" }, [mirrored, waiting]],
    [{ status: "FAILED" }, [failed]],
    [{ queue: "preview-cpu" }, [waiting, failed]],
    [{ queue: "ai-cpu" }, [written]],
    [{ queue: "repo-sync" }, [mirrored]],
    [{ queue: "preview-gpu" }, []],
    [{ queue: "maintenance" }, []],
    [{ kind: "ai", queue: "preview-cpu" }, []],
    [{ queue: "preview-cpu", status: "FAILED" }, [failed]],
    [{ user_id: team.member.id }, [mirrored]],
    [{ user_id: team.owner.id, status: "COMPLETED" }, [written]],
    [{ user_id: newId() }, []],
  ])("%o narrows it", async (query, ids) => {
    expect(await idsOf(query)).toEqual(ids);
  });

  test("pages go through the kinds as through one", async () => {
    const whole = await idsOf({});
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<AdminJob> = await list({ limit: "1", ...(cursor !== null && { cursor }) });
      seen.push(...page.items.map(({ job_id: id }) => id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole);
    expect(await idsOf({ limit: "2", offset: "1" })).toEqual(whole.slice(1, 3));
  });
});

describe("400", () => {
  test.each([
    ["a kind", "kind=maintenance", "kind"],
    ["a status", "status=LOST", "status"],
    ["a queue", "queue=elsewhere", "queue"],
    ["a user's id", "user_id=me", "user_id"],
  ])("%s that is none is refused, and named", async (_, query, at) => {
    await expectRefusal(api, `GET /admin/jobs?${query}`, { token: site.token, code: "VALIDATION_ERROR", at: [at] });
  });
});

describe("403", () => {
  test("nobody else is told", async () => {
    await expectRefusal(api, "GET /admin/jobs", { token: team.owner.token, code: "FORBIDDEN" });
  });
});
