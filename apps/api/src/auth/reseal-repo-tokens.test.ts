import { randomBytes } from "node:crypto";
import { openRepoToken, repoKeyId, sealRepoToken } from "@hivesync/platform/repo-tokens";
import { afterAll, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { resealRepoTokens } from "./reseal-repo-tokens.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const user = await api.register();
const [oldKey, newKey, lostKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];

/** A project whose token is encrypted under the key. */
async function insertToken(key: Buffer): Promise<string> {
  const { id } = await createProject(api, user);
  const token = { project_id: id, host: "github.com", username: null, token: `token of ${id}` };
  const sealed = sealRepoToken([key], token);
  await api.sql`INSERT INTO repo_credentials ${api.sql({ project_id: id, ...sealed })}`;
  return id;
}
const rowOf = async (id: string) => {
  const [row] = await api.sql<{ host: string; key_id: string; encrypted_token: Buffer }[]>`
    SELECT host, key_id, encrypted_token FROM repo_credentials WHERE project_id = ${id}`;
  if (!row) throw new Error("there is no token");
  return row;
};

test("tokens under an older key are encrypted under the newest, and that key alone opens them then", async () => {
  const ids: string[] = [];
  while (ids.length < 105) ids.push(await insertToken(oldKey));
  expect(await resealRepoTokens(api.deps.db, [newKey, oldKey])).toBe(105);
  for (const id of ids) {
    const row = await rowOf(id);
    const { token } = openRepoToken([newKey], row, { projectId: id, host: "github.com" });
    expect(token).toBe(`token of ${id}`);
  }
  expect(await resealRepoTokens(api.deps.db, [newKey, oldKey])).toBe(0);
});

test("a token whose key is not there stays as it is", async () => {
  const id = await insertToken(lostKey);
  await resealRepoTokens(api.deps.db, [newKey, oldKey]);
  expect((await rowOf(id)).key_id).toBe(repoKeyId(lostKey));
});

test("with one key nothing is touched", async () => {
  const id = await insertToken(oldKey);
  expect(await resealRepoTokens(api.deps.db, [newKey])).toBe(0);
  expect((await rowOf(id)).key_id).toBe(repoKeyId(oldKey));
});
