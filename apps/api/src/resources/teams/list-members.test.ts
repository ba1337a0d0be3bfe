import type { Page } from "@hivesync/contracts/pagination";
import type { TeamMember } from "@hivesync/contracts/resources/teams";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { addMember, createSharedTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { team, owner, admin, member, stranger } = await createSharedTeam(api);

async function list(query = "", teamId = team.id): Promise<Page<TeamMember>> {
  const answer = await api.call(`GET /teams/${teamId}/members${query}`, { token: member.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("the team's members and no others, newest first, with username and role and without address", async () => {
    const { items } = await list();
    const seen = [
      { user: member, role: "Member" },
      { user: admin, role: "Admin" },
      { user: owner, role: "Owner" },
    ];
    expect(items).toEqual(
      seen.map(({ user, role }, index) => ({
        id: items[index]?.id,
        team_id: team.id,
        user_id: user.id,
        username: user.username,
        role,
        created_at: items[index]?.created_at,
      })),
    );
  });

  test("offsets and cursors reach every member once, also those added in one millisecond", async () => {
    const large = await createSharedTeam(api);
    await addMember(api, large.team.id, { user: member, role: "Member" });
    await api.sql`
      INSERT INTO team_members (id, team_id, user_id, role, created_at)
      SELECT gen_random_uuid(), ${large.team.id}, id, 'Member', '2020-01-01T00:00:00Z' FROM users
      WHERE id NOT IN (SELECT user_id FROM team_members WHERE team_id = ${large.team.id})`;
    const all = (await list("", large.team.id)).items.map(({ user_id: id }) => id);
    expect(all).toHaveLength(8);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page<TeamMember> = await list(`?limit=3${cursor && `&cursor=${cursor}`}`, large.team.id);
      seen.push(...page.items.map(({ user_id: id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(all);
    const last = await list("?limit=3&offset=6", large.team.id);
    expect(last.items.map(({ user_id: id }) => id)).toEqual(all.slice(6));
    expect(last.has_more).toBe(false);
  });
});

describe("400", () => {
  test.each([
    ["limit=0", "limit"],
    ["offset=-1", "offset"],
    ["cursor=x", "cursor"],
    ["role=Owner", "role"],
  ])("?%s is refused, and named", async (query, path) => {
    const refusal = { token: member.token, code: "VALIDATION_ERROR", at: [path] } as const;
    await expectRefusal(api, `GET /teams/${team.id}/members?${query}`, refusal);
  });
});

describe("404", () => {
  test("a team that the caller is not in looks like one that is not there", async () => {
    const read = (id: string) =>
      expectRefusal(api, `GET /teams/${id}/members`, { token: stranger.token, code: "NOT_FOUND" });
    expect((await read(team.id)).body).toEqual((await read(newId())).body);
  });
});
