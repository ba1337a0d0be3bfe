import type { Page } from "@hivesync/contracts/pagination";
import type { AiJobSummary } from "@hivesync/contracts/resources/ai";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { completeAi, submitAi } from "#testing/ai-jobs.ts";
import { createProject, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner, member, stranger } = await createTeam(api);

const by = { token: owner.token, projectId: project.id };
const first = await submitAi(api, by, { "a.ts": "first" });
const second = await submitAi(api, { ...by, jobType: "readme" }, { "a.ts": "second" });
const third = await submitAi(api, by, { "a.ts": "third" });
await completeAi(api, { teamId, jobId: second.job_id });

async function list(query = "", projectId = project.id): Promise<Page<AiJobSummary>> {
  const answer = await api.call(`GET /projects/${projectId}/ai_jobs${query}`, { token: member.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("the project's AI jobs, newest first, without presigned addresses and results", async () => {
    const { items } = await list();
    expect(items.map((item) => item.job_id)).toEqual([third.job_id, second.job_id, first.job_id]);
    expect(items.map((item) => item.status)).toEqual(["QUEUED", "COMPLETED", "QUEUED"]);
    expect(items.map((item) => item.job_type)).toEqual(["explain", "readme", "explain"]);
    for (const item of items) for (const key of ["result_url", "result"]) expect(item).not.toHaveProperty(key);
  });

  test("by status, and page by page", async () => {
    const page = await list("?status=QUEUED&limit=1");
    expect(page.items.map((item) => item.job_id)).toEqual([third.job_id]);
    const rest = await list(`?status=QUEUED&cursor=${page.next_cursor}`);
    expect(rest.items.map((item) => item.job_id)).toEqual([first.job_id]);
    expect(rest.next_cursor).toBeNull();
  });

  test("another project of the team has its own", async () => {
    const other = await createProject(api, owner);
    expect((await list("", other.id)).items).toEqual([]);
  });
});

describe("400", () => {
  test.each([
    ["status=DONE", "status"],
    ["limit=0", "limit"],
    ["cursor=x", "cursor"],
    ["job_type=explain", "job_type"],
  ])("?%s is refused, and named", async (query, path) => {
    const refusal = { token: member.token, code: "VALIDATION_ERROR", at: [path] } as const;
    await expectRefusal(api, `GET /projects/${project.id}/ai_jobs?${query}`, refusal);
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const read = (id: string) =>
      expectRefusal(api, `GET /projects/${id}/ai_jobs`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await read(project.id)).body).toEqual((await read(newId())).body);
  });
});
