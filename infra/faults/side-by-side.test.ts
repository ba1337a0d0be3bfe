import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { startCluster } from "./cluster.ts";
import { registerRestUser, type RestUser } from "./rest-user.ts";

const stack = await createTestStack();
const cluster = await startCluster(stack);
const sql = postgres(stack.databaseUrls.superuser, { max: 1, onnotice: () => undefined });
const redis = new Redis(stack.redisUrl);
afterAll(async () => {
  redis.disconnect();
  await sql.end();
  await cluster[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const userOfTier = async (tier: string): Promise<RestUser> => {
  const user = await registerRestUser(cluster.balancer.url);
  await sql`UPDATE users SET tier = ${tier} WHERE username = ${user.username}`;
  return user;
};

let pages = 0;
const request = (user: RestUser): Promise<string> =>
  user.requestPreview({ "index.html": `<h1>Page ${(pages += 1)}</h1>` });

/** The members that have not yet done what they are for. */
const idle = (): string[] =>
  cluster.members
    .filter(({ app, lines }) => {
      const done = app === "api" ? '"request"' : '"job_finished"';
      return !lines().some((line) => line.includes(done));
    })
    .map(({ name }) => name);

test("two APIs, two CPU workers and a GPU worker, started by the documented commands, share the work", async () => {
  await waitUntil(
    () => redis.zcard(`${stack.redisPrefix}workers`),
    (count) => count === 3,
  );
  const [pro, premium] = await Promise.all([userOfTier("Pro"), userOfTier("Premium")]);
  const jobs: string[] = [];
  // Whoever is free takes a job; and a new tier is known after two seconds, by which the queue is chosen.
  await waitUntil(
    async () => {
      jobs.push(...(await Promise.all([request(pro), request(pro), request(pro), request(premium)])));
      return idle();
    },
    (names) => names.length === 0,
    { everyMs: 1_000 },
  );
  const rows = await waitUntil(
    () => sql<{ status: string; queue: string }[]>`SELECT status, queue FROM preview_sessions WHERE id IN ${sql(jobs)}`,
    (found) => found.every(({ status }) => status === "COMPLETED"),
  );
  expect(rows).toHaveLength(jobs.length);
  expect(new Set(rows.map(({ queue }) => queue))).toEqual(new Set(["preview-cpu", "preview-gpu"]));
  for (const count of cluster.balancer.connections()) expect(count).toBeGreaterThan(0);
});
