import type { Page } from "@hivesync/contracts/pagination";
import type { Project } from "@hivesync/contracts/resources/projects";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createProject, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner, member, stranger } = await createTeam(api);

async function list(user: TestUser, query = ""): Promise<Page<Project>> {
  const answer = await api.call(`GET /projects${query}`, { token: user.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("a member sees the projects of all their teams, newest first", async () => {
    const own = await createProject(api, member, "Own");
    const { items } = await list(member);
    expect(items).toEqual([own, project]);
  });

  test("team_id narrows the list to one team", async () => {
    await createProject(api, member, "Another");
    const { items } = await list(member, `?team_id=${teamId}`);
    expect(items).toEqual([project]);
  });

  test("who is in no team with projects sees an empty page", async () => {
    expect(await list(stranger)).toEqual({ items: [], limit: 50, offset: 0, has_more: false, next_cursor: null });
  });

  test("who has left the team sees its projects no more", async () => {
    const { admin, project: another, teamId: left } = await createTeam(api);
    expect((await list(admin)).items).toEqual([another]);
    await api.sql`DELETE FROM team_members WHERE team_id = ${left} AND user_id = ${admin.id}`;
    expect((await list(admin)).items).toEqual([]);
  });
});

describe("400", () => {
  test.each([
    ["team_id=7", "team_id"],
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=ten", "limit"],
    ["limit=1.5", "limit"],
    ["limit=", "limit"],
    ["limit=1&limit=2", "limit"],
    ["offset=-1", "offset"],
    ["offset=10001", "offset"],
    ["cursor=abc", "cursor"],
    ["page=2", "page"],
  ])("?%s is refused, and named", async (query, path) => {
    await expectRefusal(api, `GET /projects?${query}`, { token: owner.token, code: "VALIDATION_ERROR", at: [path] });
  });
});

describe("404", () => {
  test("a team that the caller is not in looks like one that is not there", async () => {
    const foreign = await expectRefusal(api, `GET /projects?team_id=${teamId}`, {
      token: stranger.token,
      code: "NOT_FOUND",
    });
    const unknown = await expectRefusal(api, `GET /projects?team_id=${newId()}`, {
      token: stranger.token,
      code: "NOT_FOUND",
    });
    expect(foreign.body).toEqual(unknown.body);
  });
});
