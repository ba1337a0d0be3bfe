import type { ProjectSettings } from "@hivesync/contracts/resources/projects";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createProject, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, admin, member, stranger } = await createTeam(api);
const request = `PATCH /projects/${project.id}/settings`;

/** Applies patches one after the other to a fresh project; answers what the last one and a read say. */
async function patchAll(...patches: unknown[]): Promise<ProjectSettings> {
  const { id } = await createProject(api, owner);
  for (const body of patches) {
    const answer = await api.call(`PATCH /projects/${id}/settings`, { token: owner.token, body });
    expect(answer.status).toBe(200);
  }
  const read = await api.call(`GET /projects/${id}/settings`, { token: owner.token });
  return read.body.data;
}

describe("200", () => {
  test("an admin sets one field, and the rest stays", async () => {
    const first = await api.call(request, { token: admin.token, body: { preview: { entry: "src/App.tsx" } } });
    expect(first.status).toBe(200);
    const second = await api.call(request, { token: admin.token, body: { preview: { platform: "ios" } } });
    expect(second.body.data).toEqual({
      preview: { entry: "src/App.tsx", platform: "ios" },
      ai: {},
      repo: {},
      custom: {},
    });
    const audits = await api.sql`
      SELECT actor_id, metadata FROM audit_logs WHERE project_id = ${project.id} AND event_type = 'settings_changed'`;
    expect(audits[0]).toEqual({ actor_id: admin.id, metadata: { parts: ["preview"] } });
    const [row] = await api.sql`SELECT jsonb_typeof(settings) AS kind FROM projects WHERE id = ${project.id}`;
    expect(row).toEqual({ kind: "object" });
  });

  test("null removes a field, a whole part, and within custom", async () => {
    const settings = await patchAll(
      { ai: { style: "short", language: "de" }, repo: { ref: "main" }, custom: { a: { b: 1, c: 2 }, d: [1] } },
      { ai: { style: null }, repo: null, custom: { a: { b: null }, d: null } },
    );
    expect(settings).toEqual({ preview: {}, ai: { language: "de" }, repo: {}, custom: { a: { c: 2 } } });
  });

  test("a list in custom is replaced, not merged (RFC 7396)", async () => {
    const settings = await patchAll({ custom: { list: [1, 2, 3] } }, { custom: { list: [4] } });
    expect(settings.custom).toEqual({ list: [4] });
  });

  test("of many patches at once none is lost", async () => {
    const { id } = await createProject(api, owner);
    const names = ["a", "b", "c", "d", "e"];
    await Promise.all(
      names.map((name) =>
        api.call(`PATCH /projects/${id}/settings`, { token: owner.token, body: { custom: { [name]: true } } }),
      ),
    );
    const read = await api.call(`GET /projects/${id}/settings`, { token: owner.token });
    const settings: ProjectSettings = read.body.data;
    expect(Object.keys(settings.custom).sort()).toEqual(names);
  });
});

/** A project that has a mirror and a token of github.com; then its settings are changed. Answers what is left of both. */
async function afterChange(repo: ProjectSettings["repo"] | Record<string, null> | null) {
  const { id } = await createProject(api, owner);
  const change = (part: unknown) =>
    api.call(`PATCH /projects/${id}/settings`, { token: owner.token, body: { repo: part } });
  await change({ url: "https://github.com/example/todo.git", ref: "main" });
  await api.call(`PUT /projects/${id}/repo_token`, { token: owner.token, body: { token: "secret" } });
  await api.sql`UPDATE projects SET mirror_manifest_key = 'a key' WHERE id = ${id}`;
  expect((await change(repo)).status).toBe(200);
  const [row] = await api.sql<{ key: string | null; host: string | null; audits: number }[]>`
    SELECT mirror_manifest_key AS key, host, (
      SELECT count(*)::int FROM audit_logs WHERE project_id = projects.id AND event_type = 'repo_token_deleted') AS audits
    FROM projects LEFT JOIN repo_credentials ON project_id = projects.id WHERE id = ${id}`;
  return row;
}

describe("200: the repository", () => {
  test.each([
    ["another ref leaves mirror and token", { ref: "next" }, { key: "a key", host: "github.com", audits: 0 }],
    [
      "the same address too",
      { url: "https://github.com/example/todo.git" },
      { key: "a key", host: "github.com", audits: 0 },
    ],
    [
      "another address at the host ends the mirror",
      { url: "https://github.com/example/b" },
      { key: null, host: "github.com", audits: 0 },
    ],
    ["another host ends both", { url: "https://gitlab.com/example/todo.git" }, { key: null, host: null, audits: 1 }],
    ["no address ends both", { url: null }, { key: null, host: null, audits: 1 }],
    ["no repository at all does too", null, { key: null, host: null, audits: 1 }],
  ])("%s", async (_, repo, left) => {
    expect(await afterChange(repo)).toEqual(left);
  });

  test("a host that was allowed once does not keep other settings from being changed", async () => {
    const { id } = await createProject(api, owner);
    const repo = api.sql.json({ repo: { url: "https://git.example.org/a.git" } });
    await api.sql`UPDATE projects SET settings = ${repo} WHERE id = ${id}`;
    const answer = await api.call(`PATCH /projects/${id}/settings`, {
      token: owner.token,
      body: { repo: { ref: "a" } },
    });
    expect(answer.status).toBe(200);
  });
});

describe("400", () => {
  test.each([
    ["an entry that leaves the project", { preview: { entry: "../etc/passwd" } }, ["preview.entry"]],
    ["an unknown platform", { preview: { platform: "windows" } }, ["preview.platform"]],
    ["an unknown field of a part", { preview: { token: "x" } }, ["preview.token"]],
    ["an unknown part", { secrets: {} }, ["secrets"]],
    ["a repository over http", { repo: { url: "http://github.com/a/b" } }, ["repo.url"]],
    ["a repository of a host that is not allowed", { repo: { url: "https://git.example.org/a/b" } }, ["repo.url"]],
    ["auto_sync as text", { repo: { auto_sync: "yes" } }, ["repo.auto_sync"]],
    ["custom with NUL", { custom: { a: "\0" } }, ["custom"]],
    ["custom over 64 KB", { custom: { a: "x".repeat(65 * 1024) } }, ["custom"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { token: admin.token, body, code: "VALIDATION_ERROR", at });
  });

  test("custom that grows over 64 KB patch by patch is refused", async () => {
    await api.call(request, { token: admin.token, body: { custom: { a: "x".repeat(40 * 1024) } } });
    const body = { custom: { b: "x".repeat(40 * 1024) } };
    await expectRefusal(api, request, { token: admin.token, body, code: "VALIDATION_ERROR", at: ["custom"] });
  });
});

describe("403", () => {
  test("a member may read and not change", async () => {
    await expectRefusal(api, request, { token: member.token, body: { custom: {} }, code: "FORBIDDEN" });
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const change = (id: string) =>
      expectRefusal(api, `PATCH /projects/${id}/settings`, { token: stranger.token, body: {}, code: "NOT_FOUND" });
    expect((await change(project.id)).body).toEqual((await change(newId())).body);
  });
});
