import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { startCluster } from "./cluster.ts";
import { startSteadyUser, type SteadyUser } from "./steady-user.ts";

const stack = await createTestStack();
const many = { previewsPerMinute: 10_000, aiJobsPerMinute: 10_000 };
const cluster = await startCluster(stack, { HIVESYNC_TIERS: JSON.stringify({ Pro: many, Premium: many }) });
const sql = postgres(stack.databaseUrls.superuser, { max: 2, onnotice: () => undefined });
afterAll(async () => {
  await sql.end();
  await cluster[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const userOfTier = (tier: string): Promise<SteadyUser> =>
  startSteadyUser(cluster.balancer.url, async (username) => {
    await sql`UPDATE users SET tier = ${tier} WHERE username = ${username}`;
  });

const noticesOf = async (username: string): Promise<{ id: string; job_id: string }[]> =>
  sql`SELECT n.id, n.data ->> 'job_id' AS job_id FROM notifications n JOIN users u ON u.id = n.user_id
    WHERE u.username = ${username} ORDER BY n.seq`;

interface JobRow {
  id: string;
  status: string;
  error_message: string | null;
}

const jobsOf = async (username: string): Promise<{ previews: JobRow[]; aiJobs: JobRow[] }> => {
  const [previews, aiJobs] = await Promise.all(
    ["preview_sessions", "ai_jobs"].map(
      (table) => sql<JobRow[]>`SELECT j.id, j.status, j.error_message FROM ${sql(table)} j
        JOIN users u ON u.id = j.requested_by WHERE u.username = ${username}`,
    ),
  );
  return { previews: previews ?? [], aiJobs: aiJobs ?? [] };
};

test(
  "a rolling restart of every process under load loses no call, no job and no event",
  { timeout: 240_000 },
  async () => {
    const users = await Promise.all(["Pro", "Pro", "Premium", "Premium"].map(userOfTier));
    await waitUntil(
      () => users,
      (all) =>
        all.every(({ previews, documented, notified }) => previews.length > 0 && documented > 0 && notified.length > 0),
      { seconds: 60 },
    );

    const ends: (number | null)[] = [];
    for (const member of cluster.members) {
      const before = users.map(({ projects }) => projects.length);
      ends.push((await member.restart()).code);
      // Under load means that everybody got something done meanwhile.
      await waitUntil(
        () =>
          users.map(({ projects, failures }, index) => failures.length > 0 || projects.length > (before[index] ?? 0)),
        (all) => all.every(Boolean),
      );
    }
    expect(ends).toEqual(cluster.members.map(() => 0));

    const isTold = async (user: SteadyUser) => (await noticesOf(user.username)).length === user.notified.length;
    await Promise.all(users.map((user) => user.finish(() => isTold(user))));
    for (const user of users) {
      expect(user.failures).toEqual([]);

      const projects = await sql<{ name: string }[]>`SELECT p.name FROM projects p
      JOIN teams t ON t.id = p.team_id JOIN users u ON u.id = t.owner_id WHERE u.username = ${user.username}`;
      expect(projects.map(({ name }) => name).toSorted()).toEqual(user.projects.toSorted());

      const { previews, aiJobs } = await jobsOf(user.username);
      expect([...previews, ...aiJobs].filter(({ status }) => status !== "COMPLETED")).toEqual([]);
      expect(previews.map(({ id }) => id).toSorted()).toEqual(user.previews.toSorted());
      expect(aiJobs).toHaveLength(user.documented);

      const notices = await noticesOf(user.username);
      const ids = [...previews, ...aiJobs].map(({ id }) => id);
      expect(notices.map((notice) => notice.job_id).toSorted()).toEqual(ids.toSorted());
      expect(user.notified).toEqual(notices.map(({ id }) => id));
    }
  },
);
