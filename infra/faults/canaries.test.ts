import { signCallback } from "@hivesync/platform/callback-signature";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { callRest, registerRestUser, type RestUser } from "./rest-user.ts";
import { prepareProcesses } from "./start-processes.ts";

const stack = await createTestStack();
const processes = await prepareProcesses(stack);
const sql = postgres(stack.databaseUrls.superuser, { max: 1 });
const redis = new Redis(stack.redisUrl);

afterAll(async () => {
  await processes[Symbol.asyncDispose]();
  redis.disconnect();
  await sql.end();
  await stack[Symbol.asyncDispose]();
});

/** Every secret that anyone was handed or that a process was given. */
const canaries = new Map<string, string>();

const finished = (user: RestUser, jobId: string) =>
  waitUntil(
    () => user.call(`GET /preview/${jobId}`),
    ({ data }) => ["COMPLETED", "FAILED"].includes(String(data["status"])),
  );

function noteSignedUrl(name: string, url: unknown): void {
  const signature = new URL(String(url)).searchParams.get("X-Amz-Signature");
  if (signature === null) throw new Error(`${name} is not signed`);
  canaries.set(name, signature);
}

/** Uses whatever hands out or takes a secret, rightly and wrongly. */
async function useEverything(): Promise<void> {
  const { apiUrl } = processes;
  const user = await registerRestUser(apiUrl);
  canaries.set("password", user.password);
  canaries.set("access token", user.accessToken);
  canaries.set("refresh token", user.refreshToken);
  canaries.set("wrong password", "a wrong password 4711");
  await callRest(apiUrl, "POST /auth/login", { body: { username: "nobody", password: "a wrong password 4711" } });
  // A secret where none belongs must not come back out of the validation either.
  await callRest(apiUrl, "POST /auth/login", { body: { [user.password]: 1, password: 7 } });
  await callRest(apiUrl, `GET /projects?token=${user.accessToken}`, { token: user.accessToken });
  const refreshed = await callRest(apiUrl, "POST /auth/refresh", { body: { refresh_token: user.refreshToken } });
  canaries.set("second refresh token", String(refreshed.data["refresh_token"]));
  await sql`UPDATE refresh_tokens SET rotated_at = rotated_at - interval '1 minute' WHERE rotated_at IS NOT NULL`;

  const key = "idempotency-canary-0815-4711";
  canaries.set("idempotency key", key);
  await user.call("POST /projects", { name: "once" }, { "idempotency-key": key });
  const page = { "index.html": "<h1>canary</h1>" };
  const preview = await finished(user, await user.requestPreview(page));
  noteSignedUrl("bundle URL", preview.data["bundle_url"]);
  noteSignedUrl("logs URL", preview.data["logs_url"]);
  const previewToken = String(preview.data["preview_url"]).split("/p/")[1] ?? "";
  canaries.set("preview token", previewToken);
  await fetch(`${apiUrl}/p/${previewToken}`);
  await fetch(`${apiUrl}/p/${previewToken}x`);
  const again = await user.call("POST /preview/request", {
    project_id: user.projectId,
    files: [{ path: "new.html", sha256: "ab".repeat(32), size: 5 }],
  });
  const details = again.error?.details as { missing: { upload_url: string }[] };
  noteSignedUrl("upload URL", details.missing[0]?.upload_url);

  const body = JSON.stringify({ job_id: user.projectId, status: "SUCCESS", bundle_url: "s3://other/x" });
  const signature = signCallback(body, stack.workerSecret);
  canaries.set("callback signature", signature["webhook-signature"]);
  for (const text of [body, `${body} `]) {
    await fetch(`${apiUrl}/api/v1/preview/callback`, {
      method: "POST",
      headers: { "content-type": "application/json", ...signature },
      body: text,
    });
  }
  // Last: the reuse of a rotated refresh token ends the session.
  await callRest(apiUrl, "POST /auth/refresh", { body: { refresh_token: user.refreshToken } });
}

async function allRows(): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const rows = await Promise.all(
    tables.map(({ name }) => sql<{ text: string }[]>`SELECT t::text AS text FROM ${sql(name)} t`),
  );
  return rows.flat().map(({ text }) => text);
}

async function allRedisValues(): Promise<string[]> {
  const keys = await redis.keys(`${stack.redisPrefix}*`);
  const values = await Promise.all(
    keys.map(async (key) => {
      const type = await redis.type(key);
      if (type === "hash") return JSON.stringify(await redis.hgetall(key));
      if (type === "string") return (await redis.get(key)) ?? "";
      if (type === "stream") return JSON.stringify(await redis.xrange(key, "-", "+"));
      return "";
    }),
  );
  return [...keys, ...values];
}

test("no log line, row or job payload holds a token, password, key or signed URL", async () => {
  canaries.set("master key", stack.masterKey);
  canaries.set("worker secret", stack.workerSecret);
  canaries.set("storage secret", stack.storage.secretAccessKey);
  canaries.set("database password", new URL(stack.databaseUrls.api).password);
  await processes.startApi();
  await processes.startWorker();
  await useEverything();

  const places = { logs: processes.logLines(), rows: await allRows(), redis: await allRedisValues() };
  expect(places.logs.length).toBeGreaterThan(20);
  expect(places.rows.length).toBeGreaterThan(10);
  expect(places.redis.length).toBeGreaterThan(5);
  const leaks = Object.entries(places).flatMap(([place, texts]) =>
    [...canaries].flatMap(([name, secret]) =>
      texts.filter((text) => text.includes(secret)).map((text) => `${place}: ${name} in ${text.slice(0, 300)}`),
    ),
  );
  expect(leaks).toEqual([]);
});
