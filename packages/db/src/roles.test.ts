import { createTestStack } from "@hivesync/testing/test-stack";
import postgres from "postgres";
import { afterAll, describe, expect, test } from "vitest";

const stack = await createTestStack();
const roles = {
  worker: postgres(stack.databaseUrls.worker, { max: 1 }),
  maintenance: postgres(stack.databaseUrls.maintenance, { max: 1 }),
  api: postgres(stack.databaseUrls.api, { max: 1 }),
};
afterAll(async () => {
  await Promise.all(Object.values(roles).map((sql) => sql.end()));
  await stack[Symbol.asyncDispose]();
});

const denied = { code: "42501" };

describe("a worker", () => {
  test.each([
    "SELECT password_hash FROM users",
    "SELECT * FROM sessions",
    "SELECT * FROM signing_keys",
    "SELECT * FROM idempotency_keys",
    "UPDATE preview_sessions SET bundle_url = 'x'",
    "UPDATE preview_sessions SET completed_at = now()",
    "INSERT INTO notifications (id) VALUES (gen_random_uuid())",
    "DELETE FROM preview_sessions",
    "UPDATE ai_jobs SET result_url = 'x'",
    "UPDATE ai_jobs SET completed_at = now()",
    "DELETE FROM ai_jobs",
    "SELECT * FROM deleted_ai_jobs",
    "UPDATE repo_syncs SET manifest_key = 'x'",
    "UPDATE repo_credentials SET host = 'x'",
    "SELECT * FROM deleted_repo_syncs",
    "SELECT name FROM teams",
    "INSERT INTO blobs (team_id, sha256, size, stored_at) SELECT id, 'x', 1, now() FROM teams",
    "UPDATE blobs SET size = 1",
    "CREATE TABLE anything (id int)",
  ])("may not: %s", async (statement) => {
    await expect(roles.worker.unsafe(statement)).rejects.toMatchObject(denied);
  });

  test.each([
    "UPDATE preview_sessions SET status = 'RUNNING', attempt = attempt + 1, started_at = now() WHERE false",
    "UPDATE ai_jobs SET status = 'RUNNING', attempt = attempt + 1, started_at = now(), progress = NULL WHERE false",
    "SELECT input_key FROM ai_jobs",
    "SELECT id, tier FROM users",
    "SELECT input_key FROM preview_sessions",
    "DELETE FROM blobs WHERE false",
    "SELECT encrypted_token FROM repo_credentials",
    "SELECT owner_id FROM teams",
    "INSERT INTO blobs (team_id, sha256, size) SELECT id, 'x', 1 FROM teams WHERE false",
    "UPDATE blobs SET last_used_at = now() WHERE false",
  ])("may: %s", async (statement) => {
    await expect(roles.worker.unsafe(statement)).resolves.toBeDefined();
  });
});

describe("maintenance", () => {
  test.each([
    "SELECT password_hash FROM users",
    "UPDATE users SET tier = 'Admin'",
    "INSERT INTO blobs (team_id) VALUES (NULL)",
    "UPDATE ai_jobs SET status = 'COMPLETED'",
    "INSERT INTO deleted_ai_jobs (id) VALUES (gen_random_uuid())",
    "UPDATE projects SET mirror_manifest_key = NULL",
    "SELECT * FROM repo_credentials",
  ])("may not: %s", async (statement) => {
    await expect(roles.maintenance.unsafe(statement)).rejects.toMatchObject(denied);
  });
});

test("the API may not change the schema", async () => {
  await expect(roles.api.unsafe("DROP TABLE users")).rejects.toMatchObject(denied);
});
