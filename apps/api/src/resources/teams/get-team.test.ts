import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createSharedTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { team, ...users } = await createSharedTeam(api);

describe("200", () => {
  test.each([
    ["owner", "Owner"],
    ["admin", "Admin"],
    ["member", "Member"],
  ] as const)("the %s reads the team with the own role", async (user, role) => {
    const answer = await api.call(`GET /teams/${team.id}`, { token: users[user].token });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true, data: { ...team, role }, error: null });
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    await expectRefusal(api, "GET /teams/mine", { token: users.owner.token, code: "VALIDATION_ERROR", at: ["id"] });
  });
});

describe("404", () => {
  test("a team that the caller is not in looks like one that is not there", async () => {
    const read = (id: string) =>
      expectRefusal(api, `GET /teams/${id}`, { token: users.stranger.token, code: "NOT_FOUND" });
    expect((await read(team.id)).body).toEqual((await read(newId())).body);
  });
});
