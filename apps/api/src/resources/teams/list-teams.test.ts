import type { Page } from "@hivesync/contracts/pagination";
import type { Team } from "@hivesync/contracts/resources/teams";
import { afterAll, describe, expect, test } from "vitest";
import { addMember, createSharedTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { team, owner, member, stranger } = await createSharedTeam(api);

async function list(user: TestUser, query = ""): Promise<Page<Team>> {
  const answer = await api.call(`GET /teams${query}`, { token: user.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("one's teams with one's own role in each, newest first; the personal one came with the account", async () => {
    const { items } = await list(member);
    expect(items).toEqual([
      { ...team, role: "Member" },
      { ...items[1], owner_id: member.id, name: member.username, personal: true, role: "Owner" },
    ]);
    expect((await list(owner)).items[0]).toEqual(team);
  });

  test("a team that one is not in is not there", async () => {
    expect((await list(stranger)).items.map(({ personal }) => personal)).toEqual([true]);
  });

  test("offsets and cursors reach every team once, also those made in one millisecond", async () => {
    const user = await api.register();
    for (const name of ["a", "b", "c", "d"]) await api.call("POST /teams", { token: user.token, body: { name } });
    await api.sql`UPDATE teams SET created_at = '2030-01-01T00:00:00Z' WHERE owner_id = ${user.id} AND NOT personal`;
    const all = (await list(user)).items.map(({ id }) => id);
    expect(all).toHaveLength(5);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page<Team> = await list(user, `?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(all);
    expect((await list(user, "?limit=2&offset=3")).items.map(({ id }) => id)).toEqual(all.slice(3));
  });

  test("who was added in the meantime has the team in the list at once", async () => {
    const user = await api.register();
    await addMember(api, team.id, { user, role: "Admin" });
    expect((await list(user)).items).toContainEqual({ ...team, role: "Admin" });
  });
});

describe("400", () => {
  test.each([
    ["limit=0", "limit"],
    ["offset=10001", "offset"],
    ["cursor=x", "cursor"],
    ["user_id=1", "user_id"],
  ])("?%s is refused, and named", async (query, path) => {
    await expectRefusal(api, `GET /teams?${query}`, { token: owner.token, code: "VALIDATION_ERROR", at: [path] });
  });
});

describe("401", () => {
  test("without a token nothing is told", async () => {
    await expectRefusal(api, "GET /teams", { code: "AUTH_INVALID" });
  });
});
