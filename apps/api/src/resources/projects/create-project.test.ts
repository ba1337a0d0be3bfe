import type { Project } from "@hivesync/contracts/resources/projects";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, owner, member, stranger } = await createTeam(api);

describe("201", () => {
  test("a project is made in the personal team, with what was given", async () => {
    const answer = await api.call("POST /projects", {
      token: owner.token,
      body: { name: "  Groceries  ", metadata: { tags: ["a"], files: { count: 3 } } },
    });
    expect(answer.status).toBe(201);
    const project: Project = answer.body.data;
    expect(project).toMatchObject({
      team_id: teamId,
      name: "Groceries",
      metadata: { tags: ["a"], files: { count: 3 } },
    });
    expect(project.updated_at).toBe(project.created_at);
    const [row] = await api.sql`SELECT name, jsonb_typeof(metadata) AS kind FROM projects WHERE id = ${project.id}`;
    expect(row).toEqual({ name: "Groceries", kind: "object" });
    const audits = await api.sql`SELECT event_type, actor_id FROM audit_logs WHERE project_id = ${project.id}`;
    expect(audits).toEqual([{ event_type: "project_created", actor_id: owner.id }]);
  });

  test("a member makes a project in the team that is named", async () => {
    const answer = await api.call("POST /projects", { token: member.token, body: { name: "Ours", team_id: teamId } });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject({ team_id: teamId, metadata: {} });
  });

  test("metadata may have keys that objects have of their own", async () => {
    const metadata = { toString: "x", constructor: "y", hasOwnProperty: [] };
    const answer = await api.call("POST /projects", { token: owner.token, body: { name: "Own", metadata } });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject({ metadata });
  });

  test("metadata of 64 KB is taken as it is", async () => {
    const metadata = { text: "x".repeat(64 * 1024 - '{"text":""}'.length) };
    const answer = await api.call("POST /projects", { token: owner.token, body: { name: "Large", metadata } });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toMatchObject({ metadata });
  });
});

describe("400", () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
  const cases: [string, unknown, string[]][] = [
    ["no name", {}, ["name"]],
    ["a name of blanks", { name: "   " }, ["name"]],
    ["a name of another type", { name: 7 }, ["name"]],
    ["a name over 120 characters", { name: "x".repeat(121) }, ["name"]],
    ["a name with a line break", { name: "a\nb" }, ["name"]],
    ["a name with half a surrogate pair", { name: "a\ud800" }, ["name"]],
    ["an unknown field", { name: "x", surprise: 1 }, ["surprise"]],
    ["a team id that is none", { name: "x", team_id: "7" }, ["team_id"]],
    ["metadata that is a list", { name: "x", metadata: [] }, ["metadata"]],
    ["metadata with NUL", { name: "x", metadata: { a: ["\0"] } }, ["metadata"]],
    ["metadata with NUL in a key", { name: "x", metadata: { "\0": 1 } }, ["metadata"]],
    ["metadata with half a surrogate pair", { name: "x", metadata: { a: "\udc00" } }, ["metadata"]],
    ["metadata of more than 32 levels", { name: "x", metadata: nested(33) }, ["metadata"]],
    ["metadata over 64 KB", { name: "x", metadata: { a: "x".repeat(64 * 1024) } }, ["metadata"]],
    ["metadata over 64 KB in bytes", { name: "x", metadata: { a: "é".repeat(40 * 1024) } }, ["metadata"]],
    ["several at once", { name: "", team_id: "x", more: true }, ["name", "team_id", "more"]],
  ];
  test.each(cases)("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, "POST /projects", { token: owner.token, body, code: "VALIDATION_ERROR", at });
  });

  test.each([
    `{"name":"x","__proto__":{"polluted":true}}`,
    `{"name":"x","metadata":{"__proto__":{"polluted":true}}}`,
    `{"name":"x","metadata":{"constructor":{"prototype":{"polluted":true}}}}`,
  ])("a body that reaches for a prototype is refused: %s", async (raw) => {
    await expectRefusal(api, "POST /projects", { token: owner.token, raw, code: "VALIDATION_ERROR" });
    expect("polluted" in {}).toBe(false);
  });

  test("a hundred thousand levels are refused like thirty-three", async () => {
    const raw = `{"name":"x","metadata":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`;
    await expectRefusal(api, "POST /projects", { token: owner.token, raw, code: "VALIDATION_ERROR", at: ["metadata"] });
  });
});

describe("404", () => {
  test("a team that the caller is not in looks like one that is not there", async () => {
    const call = (team_id: string) =>
      expectRefusal(api, "POST /projects", {
        token: stranger.token,
        body: { name: "x", team_id },
        code: "NOT_FOUND",
      });
    const foreign = await call(teamId);
    const unknown = await call(newId());
    expect(foreign.body).toEqual(unknown.body);
  });
});
