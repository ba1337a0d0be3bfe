import type { Team } from "@hivesync/contracts/resources/teams";
import { afterAll, describe, expect, test } from "vitest";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const user = await api.register();

describe("201", () => {
  test("a team is made with its maker as Owner, and audited", async () => {
    const answer = await api.call("POST /teams", { token: user.token, body: { name: "  Bees  " } });
    expect(answer.status).toBe(201);
    const team: Team = answer.body.data;
    expect(team).toEqual({
      id: team.id,
      name: "Bees",
      owner_id: user.id,
      personal: false,
      role: "Owner",
      created_at: team.created_at,
    });
    const members = await api.sql`SELECT user_id, role FROM team_members WHERE team_id = ${team.id}`;
    expect(members).toEqual([{ user_id: user.id, role: "Owner" }]);
    const audits = await api.sql`
      SELECT user_id, actor_id, metadata FROM audit_logs WHERE event_type = 'team_created'`;
    expect(audits).toEqual([{ user_id: user.id, actor_id: user.id, metadata: { team_id: team.id, name: "Bees" } }]);
  });

  test("two teams of one user may have one name", async () => {
    const create = () => api.call("POST /teams", { token: user.token, body: { name: "Twins" } });
    const [one, two] = [await create(), await create()];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect((one.body.data as Team).id).not.toBe((two.body.data as Team).id);
  });

  test("projects are made in it at once", async () => {
    const { body } = await api.call("POST /teams", { token: user.token, body: { name: "Bees" } });
    const { id } = body.data as Team;
    const answer = await api.call("POST /projects", { token: user.token, body: { name: "x", team_id: id } });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject({ team_id: id });
  });
});

describe("400", () => {
  test.each([
    ["no name", {}, ["name"]],
    ["a name of blanks", { name: "  " }, ["name"]],
    ["a name over 120 characters", { name: "x".repeat(121) }, ["name"]],
    ["a name with a line break", { name: "a\nb" }, ["name"]],
    ["another owner", { name: "x", owner_id: user.id }, ["owner_id"]],
    ["a team that says it is personal", { name: "x", personal: true }, ["personal"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, "POST /teams", { token: user.token, body, code: "VALIDATION_ERROR", at });
  });
});

describe("401", () => {
  test("without a token no team is made", async () => {
    await expectRefusal(api, "POST /teams", { body: { name: "x" }, code: "AUTH_INVALID" });
  });
});
