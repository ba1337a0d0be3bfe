import type { Team } from "@hivesync/contracts/resources/teams";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createSharedTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { team, owner, admin, member, stranger } = await createSharedTeam(api);
const request = `PATCH /teams/${team.id}`;

async function rename(user: TestUser, name: string, headers: Record<string, string> = {}) {
  return api.call(request, { token: user.token, body: { name }, headers });
}

describe("200", () => {
  test("an admin changes the name, which every member reads then, and the rest stays", async () => {
    const answer = await rename(admin, " Wasps ");
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ ...team, name: "Wasps", role: "Admin" });
    const read = await api.call(`GET /teams/${team.id}`, { token: member.token });
    expect(read.body.data).toEqual({ ...team, name: "Wasps", role: "Member" });
  });

  test("an empty body changes nothing", async () => {
    const before = await api.call(`GET /teams/${team.id}`, { token: owner.token });
    const answer = await api.call(request, { token: owner.token, body: {} });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual(before.body.data);
  });

  test("a personal team has a name of its own too", async () => {
    const { body } = await api.call("GET /teams", { token: stranger.token });
    const [personal] = (body.data as { items: Team[] }).items;
    const answer = await api.call(`PATCH /teams/${personal?.id}`, { token: stranger.token, body: { name: "Home" } });
    expect(answer.body.data).toEqual({ ...personal, name: "Home" });
  });
});

describe("400", () => {
  test.each([
    ["an empty name", { name: "" }, ["name"]],
    ["no name", { name: null }, ["name"]],
    ["another owner", { owner_id: admin.id }, ["owner_id"]],
    ["the id in the body", { id: newId() }, ["id"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { token: owner.token, body, code: "VALIDATION_ERROR", at });
  });
});

describe("403", () => {
  test("a member may read and not change", async () => {
    await expectRefusal(api, request, { token: member.token, body: { name: "x" }, code: "FORBIDDEN" });
  });

  test("who is made a Member while the call is under way changes nothing any more", async () => {
    const shared = await createSharedTeam(api);
    const answer = await whileOpen(api, {
      change: async (sql) => {
        await sql`SELECT 1 FROM teams WHERE id = ${shared.team.id} FOR UPDATE`;
        await sql`UPDATE team_members SET role = 'Member' WHERE user_id = ${shared.admin.id} AND team_id = ${shared.team.id}`;
      },
      meanwhile: () => api.call(`PATCH /teams/${shared.team.id}`, { token: shared.admin.token, body: { name: "x" } }),
    });
    expectError(answer, "FORBIDDEN");
  });
});

describe("404", () => {
  test("a team that the caller is not in looks like one that is not there", async () => {
    const change = (id: string) =>
      expectRefusal(api, `PATCH /teams/${id}`, { token: stranger.token, body: { name: "x" }, code: "NOT_FOUND" });
    expect((await change(team.id)).body).toEqual((await change(newId())).body);
  });
});

describe("412", () => {
  test("a change to what was changed since it was read is refused", async () => {
    const read = await api.call(`GET /teams/${team.id}`, { token: owner.token });
    const headers = { "if-match": String(read.headers["etag"]) };
    expect((await rename(owner, "Ants", headers)).status).toBe(200);
    const body = { name: "Moths" };
    await expectRefusal(api, request, { token: owner.token, body, headers, code: "PRECONDITION_FAILED" });
  });
});
