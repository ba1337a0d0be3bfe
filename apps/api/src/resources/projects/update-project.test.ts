import type { Project } from "@hivesync/contracts/resources/projects";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createProject, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, admin, member, stranger } = await createTeam(api);
const request = `PATCH /projects/${project.id}`;

describe("200", () => {
  test("an admin changes the name, and the rest stays", async () => {
    const made = await createProject(api, owner);
    const answer = await api.call(`PATCH /projects/${made.id}`, { token: owner.token, body: { name: "Renamed" } });
    expect(answer.status).toBe(200);
    const changed: Project = answer.body.data;
    expect(changed).toEqual({ ...made, name: "Renamed", updated_at: changed.updated_at });
    expect(changed.updated_at > made.updated_at).toBe(true);
  });

  test("metadata is replaced whole, and stored as an object", async () => {
    await api.call(request, { token: admin.token, body: { metadata: { a: 1, b: 2 } } });
    const answer = await api.call(request, { token: admin.token, body: { metadata: { c: 3 } } });
    expect(answer.body.data).toMatchObject({ name: project.name, metadata: { c: 3 } });
    const [row] = await api.sql`SELECT jsonb_typeof(metadata) AS kind FROM projects WHERE id = ${project.id}`;
    expect(row).toEqual({ kind: "object" });
  });

  test("an empty body changes nothing but updated_at", async () => {
    const made = await createProject(api, owner);
    const answer = await api.call(`PATCH /projects/${made.id}`, { token: owner.token, body: {} });
    const changed: Project = answer.body.data;
    expect(changed).toEqual({ ...made, updated_at: changed.updated_at });
    expect(changed.updated_at > made.updated_at).toBe(true);
  });
});

describe("400", () => {
  test.each([
    ["an empty name", { name: "" }, ["name"]],
    ["no name", { name: null }, ["name"]],
    ["metadata that is text", { metadata: "{}" }, ["metadata"]],
    ["another team", { team_id: newId() }, ["team_id"]],
    ["the id in the body", { id: newId() }, ["id"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { token: admin.token, body, code: "VALIDATION_ERROR", at });
  });
});

describe("403", () => {
  test("a member may read and not change", async () => {
    await expectRefusal(api, request, { token: member.token, body: { name: "x" }, code: "FORBIDDEN" });
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const change = (id: string) =>
      expectRefusal(api, `PATCH /projects/${id}`, { token: stranger.token, body: { name: "x" }, code: "NOT_FOUND" });
    expect((await change(project.id)).body).toEqual((await change(newId())).body);
  });
});
