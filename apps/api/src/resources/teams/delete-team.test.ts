import type { Project } from "@hivesync/contracts/resources/projects";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { addComment, createSharedTeam, createTask, createTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { team, owner, admin, member, stranger } = await createSharedTeam(api);

async function createProjectIn(teamId: string, user: TestUser, name: string): Promise<Project> {
  const answer = await api.call("POST /projects", { token: user.token, body: { name, team_id: teamId } });
  return answer.body.data;
}

describe("200", () => {
  test("an Owner deletes the team with its projects and all in them; audit rows of both outlive it", async () => {
    const gone = await createSharedTeam(api, "Gone soon");
    const projects = [
      await createProjectIn(gone.team.id, gone.owner, "One"),
      await createProjectIn(gone.team.id, gone.member, "Two"),
    ];
    const [first] = projects.map(({ id }) => id);
    const task = await createTask(api, gone.member, { project_id: first ?? "" });
    await addComment(api, gone.member, { project_id: first ?? "", task_id: task.id });
    const answer = await api.call(`DELETE /teams/${gone.team.id}`, { token: gone.owner.token });
    expect(answer.body).toEqual({ ok: true, data: {}, error: null });
    expect(answer.status).toBe(200);
    for (const user of [gone.owner, gone.member]) {
      expectError(await api.call(`GET /teams/${gone.team.id}`, { token: user.token }), "NOT_FOUND");
      expectError(await api.call(`GET /projects/${first}`, { token: user.token }), "NOT_FOUND");
    }
    expect(await api.sql`SELECT id FROM comments`).toHaveLength(0);
    const audits = await api.sql`
      SELECT event_type, actor_id, project_id, metadata FROM audit_logs
      WHERE event_type IN ('team_deleted', 'project_deleted') ORDER BY event_type DESC, metadata ->> 'name'`;
    const by = { actor_id: gone.owner.id };
    expect(audits).toEqual([
      { event_type: "team_deleted", ...by, project_id: null, metadata: { name: "Gone soon", team_id: gone.team.id } },
      ...projects.map(({ id, name }) => ({
        event_type: "project_deleted",
        ...by,
        project_id: id,
        metadata: { name, team_id: gone.team.id },
      })),
    ]);
  });

  test("a team of a thousand projects goes too, each of them audited", async () => {
    const large = await createSharedTeam(api);
    await api.sql`
      INSERT INTO projects (id, team_id, name) SELECT gen_random_uuid(), ${large.team.id}, n FROM generate_series(1, 1001) n`;
    const answer = await api.call(`DELETE /teams/${large.team.id}`, { token: large.owner.token });
    expect(answer.status).toBe(200);
    const [row] = await api.sql`
      SELECT count(DISTINCT project_id)::int AS count FROM audit_logs
      WHERE event_type = 'project_deleted' AND metadata ->> 'team_id' = ${large.team.id}`;
    expect(row).toEqual({ count: 1_001 });
  });

  test("of many deletions at once one has an effect", async () => {
    const gone = await createSharedTeam(api);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.call(`DELETE /teams/${gone.team.id}`, { token: gone.owner.token })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expectError(answer, "NOT_FOUND");
    const audits = await api.sql`
      SELECT id FROM audit_logs WHERE event_type = 'team_deleted' AND metadata ->> 'team_id' = ${gone.team.id}`;
    expect(audits).toHaveLength(1);
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    await expectRefusal(api, "DELETE /teams/all", { token: owner.token, code: "VALIDATION_ERROR", at: ["id"] });
  });
});

describe("403", () => {
  test("neither a member nor an admin deletes a team", async () => {
    for (const { token } of [member, admin])
      await expectRefusal(api, `DELETE /teams/${team.id}`, { token, code: "FORBIDDEN" });
  });

  test("who stops being an Owner while the call is under way deletes nothing any more", async () => {
    const shared = await createSharedTeam(api);
    const answer = await whileOpen(api, {
      change: async (sql) => {
        await sql`SELECT 1 FROM teams WHERE id = ${shared.team.id} FOR UPDATE`;
        await sql`UPDATE team_members SET role = 'Admin' WHERE user_id = ${shared.owner.id} AND team_id = ${shared.team.id}`;
      },
      meanwhile: () => api.call(`DELETE /teams/${shared.team.id}`, { token: shared.owner.token }),
    });
    expectError(answer, "FORBIDDEN");
    expect(await api.sql`SELECT id FROM teams WHERE id = ${shared.team.id}`).toHaveLength(1);
  });
});

describe("404", () => {
  test("a team that the caller is not in looks like one that is not there, and stays", async () => {
    const remove = (id: string) =>
      expectRefusal(api, `DELETE /teams/${id}`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await remove(team.id)).body).toEqual((await remove(newId())).body);
  });
});

describe("409", () => {
  test("a personal team stays with its user, whoever is its Owner too", async () => {
    const personal = await createTeam(api);
    await api.sql`UPDATE team_members SET role = 'Owner' WHERE user_id = ${personal.admin.id} AND team_id = ${personal.teamId}`;
    for (const { token } of [personal.owner, personal.admin])
      await expectRefusal(api, `DELETE /teams/${personal.teamId}`, { token, code: "CONFLICT" });
  });
});
