import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const team = await createTeam(api);

describe("200", () => {
  test.each(["owner", "admin", "member"] as const)("the %s reads the project as it was made", async (role) => {
    const answer = await api.call(`GET /projects/${team.project.id}`, { token: team[role].token });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true, data: team.project, error: null });
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    await expectRefusal(api, "GET /projects/7", { token: team.owner.token, code: "VALIDATION_ERROR", at: ["id"] });
  });

  test("a query that the endpoint does not know is refused, and named", async () => {
    const request = `GET /projects/${team.project.id}?fields=name`;
    await expectRefusal(api, request, { token: team.owner.token, code: "VALIDATION_ERROR", at: ["fields"] });
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there, whatever the form of its id", async () => {
    const read = (id: string) =>
      expectRefusal(api, `GET /projects/${id}`, { token: team.stranger.token, code: "NOT_FOUND" });
    const foreign = await read(team.project.id);
    expect((await read(newId())).body).toEqual(foreign.body);
    expect((await read("3f2504e0-4f89-41d3-9a0c-0305e82c3301")).body).toEqual(foreign.body);
  });
});
