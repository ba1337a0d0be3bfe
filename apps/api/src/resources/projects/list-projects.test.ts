import type { Page } from "@hivesync/contracts/pagination";
import type { Project } from "@hivesync/contracts/resources/projects";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { addMember, createProject, createTeam } from "#testing/arrange.ts";
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

  test("offsets and cursors reach every project of all teams once, in one order, also those of one millisecond", async () => {
    const user = await api.register();
    const teams = await Promise.all([createTeam(api), createTeam(api), createTeam(api)]);
    for (const { teamId: id } of teams) await addMember(api, id, { user, role: "Member" });
    // Seven projects in turn over three teams, of which three were made in the same millisecond.
    const instants = [1, 2, 3, 3, 3, 4, 5].map((second) => `2026-01-01T00:00:0${second}.000Z`);
    for (const [index, created_at] of instants.entries()) {
      const teamId = teams[index % teams.length]?.teamId ?? "";
      await api.sql`INSERT INTO projects (id, team_id, name, created_at) VALUES (${newId()}, ${teamId}, 'x', ${created_at})`;
    }
    const all = (await list(user)).items.map(({ id }) => id);
    const sorted = await api.sql<{ id: string }[]>`
      SELECT id FROM projects WHERE team_id = ANY(${teams.map(({ teamId: id }) => id)}) ORDER BY created_at DESC, id DESC`;
    expect(all).toEqual(sorted.map(({ id }) => id));
    expect(all).toHaveLength(10);
    for (const limit of [1, 3, 4, 10]) {
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page: Page<Project> = await list(user, `?limit=${limit}${cursor && `&cursor=${cursor}`}`);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(seen).toEqual(all);
    }
    const page = await list(user, "?limit=4&offset=5");
    expect(page.items.map(({ id }) => id)).toEqual(all.slice(5, 9));
    expect(page).toMatchObject({ offset: 5, has_more: true });
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
