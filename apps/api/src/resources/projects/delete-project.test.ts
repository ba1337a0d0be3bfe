import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createProject, createTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner, admin, member, stranger } = await createTeam(api);

describe("200", () => {
  test("an admin deletes the project with its tasks, and the audit row outlives it", async () => {
    const { id } = await createProject(api, owner, "Gone soon");
    await api.call(`POST /projects/${id}/tasks`, { token: owner.token, body: { title: "x" } });
    const answer = await api.call(`DELETE /projects/${id}`, { token: admin.token });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true, data: {}, error: null });
    expectError(await api.call(`GET /projects/${id}`, { token: owner.token }), "NOT_FOUND");
    expect(await api.sql`SELECT id FROM tasks WHERE project_id = ${id}`).toHaveLength(0);
    const audits = await api.sql`
      SELECT actor_id, metadata FROM audit_logs WHERE project_id = ${id} AND event_type = 'project_deleted'`;
    expect(audits).toEqual([{ actor_id: admin.id, metadata: { name: "Gone soon", team_id: teamId } }]);
  });

  test("of many deletions at once one has an effect", async () => {
    const { id } = await createProject(api, owner);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.call(`DELETE /projects/${id}`, { token: owner.token })),
    );
    for (const { status } of answers) expect([200, 404]).toContain(status);
    const audits = await api.sql`
      SELECT id FROM audit_logs WHERE project_id = ${id} AND event_type = 'project_deleted'`;
    expect(audits).toHaveLength(1);
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    await expectRefusal(api, "DELETE /projects/all", { token: owner.token, code: "VALIDATION_ERROR", at: ["id"] });
  });
});

describe("403", () => {
  test("a member deletes nothing", async () => {
    await expectRefusal(api, `DELETE /projects/${project.id}`, { token: member.token, code: "FORBIDDEN" });
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there, and stays", async () => {
    const remove = (id: string) =>
      expectRefusal(api, `DELETE /projects/${id}`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await remove(project.id)).body).toEqual((await remove(newId())).body);
  });
});
