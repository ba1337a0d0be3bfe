import type { TeamMember } from "@hivesync/contracts/resources/teams";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createSharedTeam, noticesOf } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { team, owner, admin, member, stranger } = await createSharedTeam(api);
const request = `POST /teams/${team.id}/members`;

describe("201", () => {
  test("an admin adds a user, who is told, and reads the team with the next call", async () => {
    const user = await api.register();
    expectError(await api.call(`GET /teams/${team.id}`, { token: user.token }), "NOT_FOUND");
    const answer = await api.call(request, { token: admin.token, body: { user_id: user.id } });
    expect(answer.status).toBe(201);
    const added: TeamMember = answer.body.data;
    expect(added).toEqual({
      id: added.id,
      team_id: team.id,
      user_id: user.id,
      username: user.username,
      role: "Member",
      created_at: added.created_at,
    });
    expect(await noticesOf(api, user)).toEqual([
      {
        type: "member_added",
        data: { team_id: team.id, team_name: team.name, role: "Member", added_by: admin.id },
      },
    ]);
    const audits = await api.sql`
      SELECT actor_id, metadata FROM audit_logs WHERE event_type = 'member_added' AND user_id = ${user.id}`;
    expect(audits).toEqual([{ actor_id: admin.id, metadata: { team_id: team.id, role: "Member" } }]);
    const read = await api.call(`GET /teams/${team.id}`, { token: user.token });
    expect(read.body.data).toEqual({ ...team, role: "Member" });
  });

  test.each([
    ["id in capitals", "user_id", (user: { id: string }) => user.id.toUpperCase()],
    ["email, whatever its case", "email", (user: { email: string }) => user.email.toUpperCase()],
    ["username, whatever its case", "username", (user: { username: string }) => user.username.toUpperCase()],
  ] as const)("a user is named by %s", async (_, field, name) => {
    const user = await api.register();
    const body = { [field]: name(user), role: "Admin" };
    const answer = await api.call(request, { token: owner.token, body });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject({ user_id: user.id, username: user.username, role: "Admin" });
  });

  test("an Owner makes another Owner, who may do what Owners may, and the storage stays counted by the first", async () => {
    const user = await api.register();
    const answer = await api.call(request, { token: owner.token, body: { user_id: user.id, role: "Owner" } });
    expect(answer.body.data).toMatchObject({ role: "Owner" });
    const demoted = await api.call(`PATCH /teams/${team.id}/members/${user.id}`, {
      token: user.token,
      body: { role: "Admin" },
    });
    expect(demoted.status).toBe(200);
    expect((await api.call(`GET /teams/${team.id}`, { token: user.token })).body.data).toMatchObject({
      owner_id: owner.id,
    });
  });

  test("of many additions of one user at once one has an effect, and one notification", async () => {
    const user = await api.register();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.call(request, { token: owner.token, body: { user_id: user.id } })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
    expect(await noticesOf(api, user)).toHaveLength(1);
  });
});

describe("400", () => {
  test.each([
    ["nobody", {}, ["user_id"]],
    ["two names at once", { user_id: newId(), email: "a@example.com" }, ["user_id"]],
    ["an id that is none", { user_id: "me" }, ["user_id"]],
    ["an empty email", { email: "" }, ["email"]],
    ["a username with a blank", { username: "a b" }, ["username"]],
    ["an unknown role", { user_id: newId(), role: "King" }, ["role"]],
    ["the team's id in the body", { user_id: newId(), id: newId() }, ["id"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { token: owner.token, body, code: "VALIDATION_ERROR", at });
  });
});

describe("403", () => {
  test("a member adds nobody", async () => {
    const body = { user_id: stranger.id };
    await expectRefusal(api, request, { token: member.token, body, code: "FORBIDDEN" });
  });

  test("an admin makes no Owner, of whomever, there or not", async () => {
    for (const user_id of [stranger.id, owner.id, newId()]) {
      const body = { user_id, role: "Owner" };
      await expectRefusal(api, request, { token: admin.token, body, code: "FORBIDDEN" });
    }
  });

  test("who is made a Member while the call is under way adds nobody any more", async () => {
    const shared = await createSharedTeam(api);
    const answer = await whileOpen(api, {
      change: async (sql) => {
        await sql`SELECT 1 FROM teams WHERE id = ${shared.team.id} FOR UPDATE`;
        await sql`UPDATE team_members SET role = 'Member' WHERE user_id = ${shared.admin.id} AND team_id = ${shared.team.id}`;
      },
      meanwhile: () =>
        api.call(`POST /teams/${shared.team.id}/members`, {
          token: shared.admin.token,
          body: { user_id: stranger.id },
        }),
    });
    expectError(answer, "FORBIDDEN");
  });
});

describe("404", () => {
  const nobody = { user_id: newId() };

  test.each([
    ["id", nobody],
    ["email", { email: "nobody@example.com" }],
    ["username", { username: "nobody" }],
  ])("an unknown %s is said to be one", async (_, body) => {
    const answer = await expectRefusal(api, request, { token: owner.token, body, code: "NOT_FOUND" });
    expect(answer.body.error?.message).toBe("There is no such user.");
  });

  test("no character of a name stands for others", async () => {
    for (const username of ["%", "_".repeat(stranger.username.length), `${stranger.username.slice(0, -1)}_`])
      await expectRefusal(api, request, {
        token: owner.token,
        body: { username },
        code: username === "%" ? "VALIDATION_ERROR" : "NOT_FOUND",
      });
  });

  test("a disabled user looks like one that is not there", async () => {
    const user = await api.register();
    await api.sql`UPDATE users SET disabled_at = now() WHERE id = ${user.id}`;
    const add = (body: object) => expectRefusal(api, request, { token: owner.token, body, code: "NOT_FOUND" });
    expect((await add({ email: user.email })).body).toEqual((await add(nobody)).body);
  });

  test("a team that the caller is not in looks like one that is not there, and says nothing of users", async () => {
    const add = (id: string, user_id: string) =>
      expectRefusal(api, `POST /teams/${id}/members`, {
        token: stranger.token,
        body: { user_id },
        code: "NOT_FOUND",
      });
    const foreign = await add(team.id, stranger.id);
    expect((await add(newId(), stranger.id)).body).toEqual(foreign.body);
    expect((await add(team.id, newId())).body).toEqual(foreign.body);
  });
});

describe("409", () => {
  test("who is a member already stays as is, whatever the role that is asked for, and is not told again", async () => {
    for (const user of [owner, admin, member])
      await expectRefusal(api, request, { token: owner.token, body: { email: user.email }, code: "CONFLICT" });
  });
});
