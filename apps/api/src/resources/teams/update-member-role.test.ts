import type { TeamMember } from "@hivesync/contracts/resources/teams";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { addMember, createSharedTeam, createTeam, noticesOf, type SharedTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { team, owner, admin, member, stranger } = await createSharedTeam(api);
const requestFor = (user: { id: string }, teamId = team.id): string => `PATCH /teams/${teamId}/members/${user.id}`;

async function ownersOf(teamId: string): Promise<{ owner_id: string; owners: string[] }> {
  const [row] = await api.sql<{ owner_id: string; owners: string[] }[]>`
    SELECT t.owner_id, array_agg(m.user_id ORDER BY m.created_at) AS owners
    FROM teams t JOIN team_members m ON m.team_id = t.id AND m.role = 'Owner' WHERE t.id = ${teamId} GROUP BY t.id`;
  return row ?? { owner_id: "", owners: [] };
}

async function addOwner(shared: SharedTeam): Promise<TestUser> {
  const user = await api.register("co");
  await addMember(api, shared.team.id, { user, role: "Owner" });
  return user;
}

describe("200", () => {
  test("an admin makes a Member an Admin, who is told, and may act as one with the next call", async () => {
    const user = await api.register();
    await addMember(api, team.id, { user, role: "Member" });
    const act = () => api.call(`PATCH /teams/${team.id}`, { token: user.token, body: { name: team.name } });
    expectError(await act(), "FORBIDDEN");
    const answer = await api.call(requestFor(user), { token: admin.token, body: { role: "Admin" } });
    expect(answer.status).toBe(200);
    const changed: TeamMember = answer.body.data;
    expect(changed).toEqual({
      id: changed.id,
      team_id: team.id,
      user_id: user.id,
      username: user.username,
      role: "Admin",
      created_at: changed.created_at,
    });
    expect((await act()).status).toBe(200);
    const data = { team_id: team.id, team_name: team.name, role: "Admin", changed_by: admin.id };
    expect(await noticesOf(api, user)).toEqual([{ type: "role_changed", data }]);
    const audits = await api.sql`
      SELECT actor_id, metadata FROM audit_logs WHERE event_type = 'role_changed' AND user_id = ${user.id}`;
    expect(audits).toEqual([{ actor_id: admin.id, metadata: { team_id: team.id, from: "Member", to: "Admin" } }]);
    await api.call(requestFor(user), { token: admin.token, body: { role: "Member" } });
    expectError(await act(), "FORBIDDEN");
  });

  test("the role that one has already changes nothing, and tells nobody", async () => {
    const before = (await noticesOf(api, member)).length;
    const answer = await api.call(requestFor(member), { token: admin.token, body: { role: "Member" } });
    expect(answer.body.data).toMatchObject({ role: "Member" });
    expect(await noticesOf(api, member)).toHaveLength(before);
    expect(
      await api.sql`
      SELECT id FROM audit_logs WHERE event_type = 'role_changed' AND user_id = ${member.id}`,
    ).toHaveLength(0);
  });

  test("the last Owner may stay Owner", async () => {
    const answer = await api.call(requestFor(owner), { token: owner.token, body: { role: "Owner" } });
    expect(answer.body.data).toMatchObject({ user_id: owner.id, role: "Owner" });
  });

  test("an admin may step down, and is not told of it", async () => {
    const user = await api.register();
    await addMember(api, team.id, { user, role: "Admin" });
    const answer = await api.call(requestFor(user), { token: user.token, body: { role: "Member" } });
    expect(answer.body.data).toMatchObject({ role: "Member" });
    expect(await noticesOf(api, user)).toEqual([]);
  });

  test("when the Owner whom storage is counted by steps down, the longest-standing other Owner takes over", async () => {
    const shared = await createSharedTeam(api);
    const [first, second] = [await addOwner(shared), await addOwner(shared)];
    const answer = await api.call(requestFor(shared.owner, shared.team.id), {
      token: shared.owner.token,
      body: { role: "Member" },
    });
    expect(answer.status).toBe(200);
    expect(await ownersOf(shared.team.id)).toEqual({ owner_id: first.id, owners: [first.id, second.id] });
  });

  test("when another Owner is demoted, storage stays with whom it was", async () => {
    const shared = await createSharedTeam(api);
    const other = await addOwner(shared);
    const body = { role: "Admin" };
    await api.call(requestFor(other, shared.team.id), { token: shared.owner.token, body });
    expect(await ownersOf(shared.team.id)).toEqual({ owner_id: shared.owner.id, owners: [shared.owner.id] });
  });

  test("an id may be written in capitals", async () => {
    const capitals = { id: member.id.toUpperCase() };
    const answer = await api.call(requestFor(capitals), { token: admin.token, body: { role: "Member" } });
    expect(answer.body.data).toMatchObject({ user_id: member.id });
  });
});

describe("400", () => {
  test.each([
    ["no role", {}, ["role"]],
    ["an unknown role", { role: "owner" }, ["role"]],
    ["the user's id in the body", { role: "Admin", user_id: newId() }, ["user_id"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, requestFor(member), { token: owner.token, body, code: "VALIDATION_ERROR", at });
  });

  test("ids that are none are refused, and named", async () => {
    const refusal = { token: owner.token, body: { role: "Admin" }, code: "VALIDATION_ERROR" } as const;
    await expectRefusal(api, "PATCH /teams/1/members/2", { ...refusal, at: ["team_id", "user_id"] });
  });
});

describe("403", () => {
  const expectForbidden = (caller: TestUser, user: { id: string }, role: string) =>
    expectRefusal(api, requestFor(user), { token: caller.token, body: { role }, code: "FORBIDDEN" });

  test("a member changes no role, not even the own", async () => {
    for (const user of [member, admin, owner]) await expectForbidden(member, user, "Admin");
  });

  test("an admin neither makes nor unmakes an Owner, though it be the last", async () => {
    await expectForbidden(admin, member, "Owner");
    await expectForbidden(admin, admin, "Owner");
    await expectForbidden(admin, { id: newId() }, "Owner");
    await expectForbidden(admin, owner, "Member");
    await expectForbidden(admin, owner, "Owner");
  });

  test("of two Owners who demote each other at once, the second is no Owner any more", async () => {
    const shared = await createSharedTeam(api);
    const other = await addOwner(shared);
    const demote = (caller: TestUser, user: TestUser) =>
      api.call(requestFor(user, shared.team.id), { token: caller.token, body: { role: "Member" } });
    const answers = await whileOpen(api, {
      change: (sql) => sql`SELECT 1 FROM teams WHERE id = ${shared.team.id} FOR UPDATE`,
      meanwhile: () => Promise.all([demote(shared.owner, other), demote(other, shared.owner)]),
      waiting: 2,
    });
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    const { owner_id: ownerId, owners } = await ownersOf(shared.team.id);
    expect(owners).toEqual([ownerId]);
  });
});

describe("404", () => {
  test("who is not in the team is said not to be", async () => {
    for (const user of [stranger, { id: newId() }]) {
      const body = { role: "Admin" };
      const answer = await expectRefusal(api, requestFor(user), { token: admin.token, body, code: "NOT_FOUND" });
      expect(answer.body.error?.message).toBe("That user is not a member of this team.");
    }
  });

  test("a team that the caller is not in looks like one that is not there", async () => {
    const change = (teamId: string) =>
      expectRefusal(api, requestFor(member, teamId), {
        token: stranger.token,
        body: { role: "Admin" },
        code: "NOT_FOUND",
      });
    expect((await change(team.id)).body).toEqual((await change(newId())).body);
  });
});

describe("409", () => {
  test("the last Owner stays", async () => {
    for (const role of ["Admin", "Member"])
      await expectRefusal(api, requestFor(owner), { token: owner.token, body: { role }, code: "CONFLICT" });
  });

  test("in a personal team its own user stays Owner, whoever else is one", async () => {
    const personal = await createTeam(api);
    await api.sql`UPDATE team_members SET role = 'Owner' WHERE user_id = ${personal.admin.id} AND team_id = ${personal.teamId}`;
    const request = requestFor(personal.owner, personal.teamId);
    for (const { token } of [personal.owner, personal.admin])
      await expectRefusal(api, request, { token, body: { role: "Member" }, code: "CONFLICT" });
    const other = await api.call(requestFor(personal.admin, personal.teamId), {
      token: personal.owner.token,
      body: { role: "Member" },
    });
    expect(other.status).toBe(200);
  });

  test("of two Owners who step down at once one stays", async () => {
    const shared = await createSharedTeam(api);
    const other = await addOwner(shared);
    const stepDown = (user: TestUser) =>
      api.call(requestFor(user, shared.team.id), { token: user.token, body: { role: "Member" } });
    const answers = await whileOpen(api, {
      change: (sql) => sql`SELECT 1 FROM teams WHERE id = ${shared.team.id} FOR UPDATE`,
      meanwhile: () => Promise.all([stepDown(shared.owner), stepDown(other)]),
      waiting: 2,
    });
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const { owner_id: ownerId, owners } = await ownersOf(shared.team.id);
    expect(owners).toEqual([ownerId]);
  });
});

describe("412", () => {
  test("a role that was changed since it was read stays as it is", async () => {
    const user = await api.register();
    const added = await api.call(`POST /teams/${team.id}/members`, {
      token: owner.token,
      body: { user_id: user.id, role: "Member" },
    });
    const headers = { "if-match": String(added.headers["etag"]) };
    const promote = { token: owner.token, body: { role: "Admin" }, headers };
    expect((await api.call(requestFor(user), promote)).status).toBe(200);
    const demote = { token: owner.token, body: { role: "Member" }, headers };
    await expectRefusal(api, requestFor(user), { ...demote, code: "PRECONDITION_FAILED" });
  });
});
