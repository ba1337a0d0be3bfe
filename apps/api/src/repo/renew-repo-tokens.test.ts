import { randomBytes } from "node:crypto";
import { openRepoToken, repoKeyId, sealRepoToken } from "@hivesync/platform/repo-tokens";
import { afterAll, beforeEach, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { renewRepoTokens } from "./renew-repo-tokens.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { db, log } = api.deps;
const [newest, older, oldest, lost] = Array.from({ length: 4 }, () => randomBytes(32)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];
const keys = [newest, older, oldest];
const user = await api.register();
beforeEach(async () => {
  await api.sql`TRUNCATE repo_credentials`;
  api.logLines.length = 0;
});

const host = "github.com";

/** A project whose token was kept under this key. */
async function keptUnder(key: Buffer, token = "secret-4711"): Promise<string> {
  const { id } = await createProject(api, user);
  const sealed = sealRepoToken([key], { project_id: id, host, username: null, token });
  await api.sql`INSERT INTO repo_credentials ${api.sql({ project_id: id, ...sealed })}`;
  return id;
}

async function readRow(projectId: string) {
  const [row] = await api.sql<{ host: string; encrypted_token: Buffer; key_id: string; created_at: Date }[]>`
    SELECT host, encrypted_token, key_id, created_at FROM repo_credentials WHERE project_id = ${projectId}`;
  if (!row) throw new Error("no token is kept");
  return row;
}

const renew = () => renewRepoTokens({ db, keys, log });
const warnings = () => api.logLines.filter((line) => line.includes("repo_token_unreadable"));

test("tokens under older keys are under the newest afterwards, unchanged, and the older keys can go", async () => {
  const ids = [await keptUnder(older, "a"), await keptUnder(oldest, "b"), await keptUnder(newest, "c")];
  const before = await readRow(ids[0] ?? "");
  expect(await renew()).toBe(2);
  const tokens = await Promise.all(
    ids.map(async (projectId) => openRepoToken([newest], await readRow(projectId), { projectId, host }).token),
  );
  expect(tokens).toEqual(["a", "b", "c"]);
  expect((await readRow(ids[0] ?? "")).created_at).toEqual(before.created_at);
  expect(warnings()).toEqual([]);
});

test("once they are, nothing is written", async () => {
  const id = await keptUnder(older);
  await renew();
  const row = await readRow(id);
  expect(await renew()).toBe(0);
  expect(await readRow(id)).toEqual(row);
});

test("of processes that start at once each token is renewed by one, and can be read", async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => keptUnder(older)));
  const counts = await Promise.all([renew(), renew(), renew()]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(8);
  for (const projectId of ids)
    expect(openRepoToken([newest], await readRow(projectId), { projectId, host }).token).toBe("secret-4711");
});

test("a token whose key is not given is told of and left, and the others are renewed", async () => {
  const unknown = await keptUnder(lost);
  const before = await readRow(unknown);
  const known = await keptUnder(older);
  expect(await renew()).toBe(1);
  expect(await readRow(unknown)).toEqual(before);
  expect((await readRow(known)).key_id).toBe(repoKeyId(newest));
  expect(warnings()).toHaveLength(1);
  expect(JSON.parse(warnings()[0] ?? "{}")).toMatchObject({
    severity: "WARNING",
    metadata: { project_id: unknown, key_id: repoKeyId(lost), reason: "unknown_key" },
  });
});

test("a damaged one is told of and left, and no log holds a token", async () => {
  const id = await keptUnder(older);
  await api.sql`UPDATE repo_credentials SET encrypted_token = '\\x00' WHERE project_id = ${id}`;
  expect(await renew()).toBe(0);
  expect(JSON.parse(warnings()[0] ?? "{}")).toMatchObject({ metadata: { project_id: id, reason: "damaged" } });
  expect(api.logLines.join("\n")).not.toContain("secret-4711");
});
