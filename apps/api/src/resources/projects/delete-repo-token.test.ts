import { newId } from "@hivesync/platform/ids";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { setRepo } from "#testing/repo-syncs.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, admin, member, stranger } = await createTeam(api);
await setRepo(api, { token: owner.token, projectId: project.id });
const request = `DELETE /projects/${project.id}/repo_token`;
beforeEach(() => api.call(`PUT /projects/${project.id}/repo_token`, { token: owner.token, body: { token: "secret" } }));

function readAudits() {
  return api.sql`
    SELECT actor_id, metadata FROM audit_logs WHERE project_id = ${project.id} AND event_type = 'repo_token_deleted'`;
}

describe("200", () => {
  test("an admin deletes the token, which is audited, and once more changes nothing", async () => {
    for (let times = 0; times < 2; times += 1) {
      const answer = await api.call(request, { token: admin.token });
      expect({ status: answer.status, data: answer.body.data }).toEqual({ status: 200, data: {} });
      expect(await api.sql`SELECT 1 FROM repo_credentials WHERE project_id = ${project.id}`).toEqual([]);
      expect([...(await readAudits())]).toEqual([{ actor_id: admin.id, metadata: { host: "github.com" } }]);
    }
  });
});

describe("403", () => {
  test("a member may not delete it", async () => {
    await expectRefusal(api, request, { token: member.token, code: "FORBIDDEN" });
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const remove = (id: string) =>
      expectRefusal(api, `DELETE /projects/${id}/repo_token`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await remove(project.id)).body).toEqual((await remove(newId())).body);
  });
});
