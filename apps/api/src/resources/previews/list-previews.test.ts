import type { Page } from "@hivesync/contracts/pagination";
import type { Preview } from "@hivesync/contracts/resources/previews";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createProject, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { complete, publish } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner, member, stranger } = await createTeam(api);

const by = { token: owner.token, projectId: project.id };
const first = await publish(api, by, { "index.html": "first" });
const second = await publish(api, by, { "index.html": "second" });
const third = await publish(api, by, { "index.html": "third" });
await complete(api, { teamId, jobId: second.job_id });

async function list(query = "", projectId = project.id): Promise<Page<Preview>> {
  const answer = await api.call(`GET /projects/${projectId}/previews${query}`, { token: member.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("the project's previews, newest first, each with its link and without presigned addresses", async () => {
    const { items } = await list();
    expect(items.map((item) => item.job_id)).toEqual([third.job_id, second.job_id, first.job_id]);
    expect(items.map((item) => item.status)).toEqual(["QUEUED", "COMPLETED", "QUEUED"]);
    expect(items.map((item) => item.preview_url)).toEqual([third, second, first].map((job) => job.preview_url));
    expect(items[0]).not.toHaveProperty("bundle_url");
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
    ["queue=preview-cpu", "queue"],
  ])("?%s is refused, and named", async (query, path) => {
    const refusal = { token: member.token, code: "VALIDATION_ERROR", at: [path] } as const;
    await expectRefusal(api, `GET /projects/${project.id}/previews?${query}`, refusal);
  });
});

describe("401", () => {
  test("a preview token opens no list", async () => {
    const refusal = { token: first.preview_token, code: "AUTH_INVALID" } as const;
    await expectRefusal(api, `GET /projects/${project.id}/previews`, refusal);
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const read = (id: string) =>
      expectRefusal(api, `GET /projects/${id}/previews`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await read(project.id)).body).toEqual((await read(newId())).body);
  });
});
