import type { Project } from "@hivesync/contracts/resources/projects";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import {
  addMember,
  createProject,
  createSharedTeam,
  createTask,
  createTeam,
  noticesOf,
  type SharedTeam,
} from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { team, owner, admin, member, stranger } = await createSharedTeam(api);
const requestFor = (user: { id: string }, teamId = team.id): string => `DELETE /teams/${teamId}/members/${user.id}`;

async function createProjectIn(shared: SharedTeam): Promise<Project> {
  const body = { name: "x", team_id: shared.team.id };
  return (await api.call("POST /projects", { token: shared.owner.token, body })).body.data;
}

async function ownerOf(teamId: string): Promise<string> {
  const [row] = await api.sql<{ owner_id: string }[]>`SELECT owner_id FROM teams WHERE id = ${teamId}`;
  return row?.owner_id ?? "";
}

async function assigneesIn(projectId: string): Promise<(string | null)[]> {
  const rows = await api.sql<{ assigned_to: string | null }[]>`
    SELECT assigned_to FROM tasks WHERE project_id = ${projectId} ORDER BY id`;
  return rows.map(({ assigned_to: assignee }) => assignee);
}

describe("200", () => {
  test("an admin removes a member, who finds nothing of the team with the next call", async () => {
    const user = await api.register();
    await addMember(api, team.id, { user, role: "Member" });
    expect((await api.call(`GET /teams/${team.id}`, { token: user.token })).status).toBe(200);
    const answer = await api.call(requestFor(user), { token: admin.token });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true, data: {}, error: null });
    expectError(await api.call(`GET /teams/${team.id}`, { token: user.token }), "NOT_FOUND");
    expect(await noticesOf(api, user)).toEqual([]);
    const audits = await api.sql`
      SELECT actor_id, metadata FROM audit_logs WHERE event_type = 'member_removed' AND user_id = ${user.id}`;
    expect(audits).toEqual([{ actor_id: admin.id, metadata: { team_id: team.id, role: "Member" } }]);
  });

  test.each(["Member", "Admin"] as const)("a %s may leave, whatever the case of the id", async (role) => {
    const user = await api.register();
    await addMember(api, team.id, { user, role });
    const answer = await api.call(requestFor({ id: user.id.toUpperCase() }), { token: user.token });
    expect(answer.status).toBe(200);
    expectError(await api.call(requestFor(user), { token: user.token }), "NOT_FOUND");
  });

  test("their tasks in that team are nobody's then; those of others and of other teams stay as they are", async () => {
    const shared = await createSharedTeam(api);
    const [project, another] = [await createProjectIn(shared), await createProjectIn(shared)];
    const elsewhere = await createProject(api, shared.member);
    const assign = (project_id: string, user: TestUser, by = shared.owner) =>
      createTask(api, by, { project_id, assigned_to: user.id });
    await assign(project.id, shared.member);
    await assign(project.id, shared.admin);
    await assign(another.id, shared.member);
    await assign(elsewhere.id, shared.member, shared.member);
    await api.call(requestFor(shared.member, shared.team.id), { token: shared.owner.token });
    expect(await assigneesIn(project.id)).toEqual([null, shared.admin.id]);
    expect(await assigneesIn(another.id)).toEqual([null]);
    expect(await assigneesIn(elsewhere.id)).toEqual([shared.member.id]);
  });

  test("a task that is being assigned to someone who is just removed is nobody's in the end", async () => {
    const shared = await createSharedTeam(api);
    const project = await createProjectIn(shared);
    await whileOpen(api, {
      // As tasks.create has it: the assignee's place is held until the task is there.
      change: async (sql) => {
        await sql`SELECT 1 FROM team_members WHERE user_id = ${shared.member.id} AND team_id = ${shared.team.id} FOR KEY SHARE`;
        await sql`INSERT INTO tasks (id, project_id, title, assigned_to) VALUES (${newId()}, ${project.id}, 'x', ${shared.member.id})`;
      },
      meanwhile: () => api.call(requestFor(shared.member, shared.team.id), { token: shared.owner.token }),
    });
    expect(await assigneesIn(project.id)).toEqual([null]);
  });

  test("when the Owner whom storage is counted by leaves, the longest-standing other Owner takes over", async () => {
    const shared = await createSharedTeam(api);
    await api.sql`UPDATE team_members SET role = 'Owner' WHERE team_id = ${shared.team.id} AND role <> 'Owner'`;
    await api.call(requestFor(shared.owner, shared.team.id), { token: shared.owner.token });
    expect(await ownerOf(shared.team.id)).toBe(shared.admin.id);
    // Another Owner who is removed changes nothing of that.
    await api.call(requestFor(shared.member, shared.team.id), { token: shared.admin.token });
    expect(await ownerOf(shared.team.id)).toBe(shared.admin.id);
  });

  test("of a removal that is sent again with its key the first answer is given again", async () => {
    const user = await api.register();
    await addMember(api, team.id, { user, role: "Member" });
    const remove = () =>
      api.call(requestFor(user), { token: admin.token, headers: { "idempotency-key": `remove-${user.id}` } });
    expect((await remove()).status).toBe(200);
    expect((await remove()).status).toBe(200);
  });
});

describe("400", () => {
  test("ids that are none are refused, and named", async () => {
    const refusal = { token: owner.token, code: "VALIDATION_ERROR", at: ["team_id", "user_id"] } as const;
    await expectRefusal(api, "DELETE /teams/1/members/2", refusal);
  });
});

describe("403", () => {
  test("a member removes nobody else, there or not", async () => {
    for (const user of [admin, owner, stranger, { id: newId() }])
      await expectRefusal(api, requestFor(user), { token: member.token, code: "FORBIDDEN" });
  });

  test("an admin removes no Owner, though it be the last", async () => {
    await expectRefusal(api, requestFor(owner), { token: admin.token, code: "FORBIDDEN" });
  });

  test("who is made a Member while the call is under way removes nobody any more", async () => {
    const shared = await createSharedTeam(api);
    const answer = await whileOpen(api, {
      change: async (sql) => {
        await sql`SELECT 1 FROM teams WHERE id = ${shared.team.id} FOR UPDATE`;
        await sql`UPDATE team_members SET role = 'Member' WHERE user_id = ${shared.admin.id} AND team_id = ${shared.team.id}`;
      },
      meanwhile: () => api.call(requestFor(shared.member, shared.team.id), { token: shared.admin.token }),
    });
    expectError(answer, "FORBIDDEN");
  });
});

describe("404", () => {
  test("who is not in the team is said not to be", async () => {
    for (const user of [stranger, { id: newId() }]) {
      const answer = await expectRefusal(api, requestFor(user), { token: owner.token, code: "NOT_FOUND" });
      expect(answer.body.error?.message).toBe("That user is not a member of this team.");
    }
  });

  test("a team that the caller is not in looks like one that is not there, also to who would leave it", async () => {
    const remove = (user: { id: string }, teamId = team.id) =>
      expectRefusal(api, requestFor(user, teamId), { token: stranger.token, code: "NOT_FOUND" });
    const foreign = await remove(member);
    expect((await remove(stranger)).body).toEqual(foreign.body);
    expect((await remove(member, newId())).body).toEqual(foreign.body);
  });
});

describe("409", () => {
  test("the last Owner does not leave", async () => {
    await expectRefusal(api, requestFor(owner), { token: owner.token, code: "CONFLICT" });
  });

  test("from a personal team its own user is not taken, whoever else is an Owner", async () => {
    const personal = await createTeam(api);
    await api.sql`UPDATE team_members SET role = 'Owner' WHERE user_id = ${personal.admin.id} AND team_id = ${personal.teamId}`;
    for (const { token } of [personal.owner, personal.admin])
      await expectRefusal(api, requestFor(personal.owner, personal.teamId), { token, code: "CONFLICT" });
    expect((await api.call(requestFor(personal.admin, personal.teamId), { token: personal.owner.token })).status).toBe(
      200,
    );
  });

  test("of two Owners who leave at once one stays, and storage is counted by that one", async () => {
    const shared = await createSharedTeam(api);
    await api.sql`UPDATE team_members SET role = 'Owner' WHERE team_id = ${shared.team.id} AND user_id = ${shared.admin.id}`;
    const leave = (user: TestUser) => api.call(requestFor(user, shared.team.id), { token: user.token });
    const answers = await whileOpen(api, {
      change: (sql) => sql`SELECT 1 FROM teams WHERE id = ${shared.team.id} FOR UPDATE`,
      meanwhile: () => Promise.all([leave(shared.owner), leave(shared.admin)]),
      waiting: 2,
    });
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const left = await api.sql`SELECT user_id FROM team_members WHERE team_id = ${shared.team.id} AND role = 'Owner'`;
    expect(left).toEqual([{ user_id: await ownerOf(shared.team.id) }]);
  });
});
