import { openRepoToken, repoKeyId } from "@hivesync/platform/repo-tokens";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createProject, createTeam } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { setRepo } from "#testing/repo-syncs.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, admin, member, stranger } = await createTeam(api);
await setRepo(api, { token: owner.token, projectId: project.id });
const request = `PUT /projects/${project.id}/repo_token`;
const { repoKeys } = api.deps.settings;
const canary = "canary-token-4711";

async function keptToken(projectId: string) {
  const [row] = await api.sql<{ host: string; encrypted_token: Buffer; key_id: string; created_at: Date }[]>`
    SELECT host, encrypted_token, key_id, created_at FROM repo_credentials WHERE project_id = ${projectId}`;
  if (!row) throw new Error("no token is kept");
  return { row, token: openRepoToken(repoKeys, row, { projectId, host: row.host }) };
}

/** Every table as text. */
async function everythingStored(): Promise<string> {
  const tables = await api.sql<{ name: string }[]>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const texts = await Promise.all(
    tables.map(({ name }) => api.sql.unsafe(`SELECT string_agg(r::text, E'\\n') AS text FROM ${name} r`)),
  );
  return texts.map(([row]) => String(row?.["text"])).join("\n");
}

describe("200", () => {
  test("a token is kept for the repository's host, encrypted, and the answer does not hold it", async () => {
    const answer = await api.call(request, { token: admin.token, body: { token: canary, username: "robot" } });
    expect(answer.status).toBe(200);
    const { row, token } = await keptToken(project.id);
    expect(token).toEqual({ project_id: project.id, host: "github.com", username: "robot", token: canary });
    expect(row.key_id).toBe(repoKeyId(repoKeys[0] ?? Buffer.alloc(0)));
    expect(answer.body.data).toEqual({ host: "github.com", created_at: row.created_at.toISOString() });
  });

  test("another token takes its place", async () => {
    await api.call(request, { token: admin.token, body: { token: "first", username: "robot" } });
    const before = await keptToken(project.id);
    await api.call(request, { token: owner.token, body: { token: "second" } });
    const after = await keptToken(project.id);
    expect(after.token).toMatchObject({ username: null, token: "second" });
    expect(after.row.created_at.getTime()).toBeGreaterThanOrEqual(before.row.created_at.getTime());
    expect(await api.sql`SELECT 1 FROM repo_credentials WHERE project_id = ${project.id}`).toHaveLength(1);
  });

  test("the host is kept with its port", async () => {
    const own = await createProject(api, owner);
    const repo = api.sql.json({ repo: { url: "https://Git.Example.org:8443/a.git" } });
    await api.sql`UPDATE projects SET settings = ${repo} WHERE id = ${own.id}`;
    await api.call(`PUT /projects/${own.id}/repo_token`, { token: owner.token, body: { token: canary } });
    expect((await keptToken(own.id)).token.host).toBe("git.example.org:8443");
  });

  test("who set a token for which host is audited, and no table and no log holds it in clear, an Idempotency-Key's neither", async () => {
    const headers = { "idempotency-key": newId() };
    const call = () =>
      api.call(request, { token: admin.token, headers, body: { token: canary, username: "canary-user" } });
    const first = await call();
    expect(first.status).toBe(200);
    expect((await call()).body).toEqual(first.body);
    const audits = await api.sql`
      SELECT actor_id, metadata FROM audit_logs WHERE project_id = ${project.id} AND event_type = 'repo_token_set'
      ORDER BY created_at DESC LIMIT 1`;
    expect([...audits]).toEqual([{ actor_id: admin.id, metadata: { host: "github.com" } }]);
    // Whoever has the row and guesses the token finds no hash to try it by.
    const body = { id: project.id, token: canary, username: "canary-user" };
    const [row] = await api.sql`SELECT body_hash FROM idempotency_keys ORDER BY created_at DESC LIMIT 1`;
    expect(row?.["body_hash"]).toMatch(/^[0-9a-f]{64}$/);
    for (const guess of [body, { token: body.token, username: body.username, id: body.id }])
      expect(row?.["body_hash"]).not.toBe(sha256Hex(JSON.stringify(guess)));
    for (const text of [await everythingStored(), api.logLines.join("\n")]) {
      expect(text).not.toContain("canary");
      expect(text).not.toContain(Buffer.from("canary").toString("hex"));
    }
  });
});

describe("400", () => {
  test.each([
    ["no token", {}, ["token"]],
    ["an empty token", { token: "" }, ["token", "token"]],
    ["a token with a line break", { token: "a\nb" }, ["token"]],
    ["a token of 5,000 characters", { token: "x".repeat(5_000) }, ["token"]],
    ["a user name with a colon", { token: "x", username: "a:b" }, ["username"]],
    ["a host of one's own", { token: "x", host: "evil.example.org" }, ["host"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { token: admin.token, body, code: "VALIDATION_ERROR", at });
  });
});

describe("403", () => {
  test("a member may not set it", async () => {
    await expectRefusal(api, request, { token: member.token, body: { token: "x" }, code: "FORBIDDEN" });
  });
});

describe("404", () => {
  test("a project of another team looks like one that is not there", async () => {
    const set = (id: string) =>
      expectRefusal(api, `PUT /projects/${id}/repo_token`, {
        token: stranger.token,
        body: { token: "x" },
        code: "NOT_FOUND",
      });
    expect((await set(project.id)).body).toEqual((await set(newId())).body);
  });
});

describe("409", () => {
  test("without a repository in the settings there is no host to keep it for", async () => {
    const own = await createProject(api, owner);
    const refusal = { token: owner.token, body: { token: "x" }, code: "CONFLICT" } as const;
    await expectRefusal(api, `PUT /projects/${own.id}/repo_token`, refusal);
  });
});
