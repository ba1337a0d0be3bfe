import { createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";
import { createMemoryStore } from "@hivesync/sdk";
import { discoveryPath } from "@hivesync/sdk/desktop/runtime-folder";
import { readDiscovery } from "@hivesync/sdk/desktop/discovery";
import { waitUntil } from "@hivesync/testing/wait-until";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { startApi, testPassword, type TestUser } from "#testing/start-api.ts";
import { callPort, startTestDesktop, testFolder } from "#testing/test-desktop.ts";
import { desktopEnvironment, runDesktop } from "#testing/start-process.ts";

const api = await startApi();
const sql = postgres(api.stack.databaseUrls.superuser, { max: 1 });
const redis = new Redis(api.stack.redisUrl);
afterAll(async () => {
  redis.disconnect();
  await sql.end();
  await api[Symbol.asyncDispose]();
});

const appearances = 40;
const killedAppearances = 10;
const lanes = 3;
const lastTitle = "the last";

/** A load is more than one user is let do in a minute, which is another test's: counts are forgotten until this is disposed of. */
function forgetCounts(): Disposable {
  const forget = async (): Promise<void> => {
    const keys = await redis.keys(`${api.stack.redisPrefix}rate_limit:*`);
    if (keys.length > 0) await redis.del(keys);
  };
  const timer = setInterval(() => void forget(), 250);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** The login of a user, as a store keeps it. */
async function storeOf(user: TestUser) {
  const credentials = createMemoryStore();
  const { accessToken, refreshToken } = user;
  await credentials.save(api.url, { accessToken, refreshToken, expiresAtMs: Date.now() + 600_000 });
  return credentials;
}

/** Calls, publishes and listens for as long as it is let. What fails, fails the test. */
function startLoad(load: {
  hive: NodeHiveSync;
  other: NodeHiveSync;
  userId: string;
  projectId: string;
  folder: string;
}) {
  const { hive, other, userId, projectId, folder } = load;
  const leaving = new AbortController();
  const made: string[] = [];
  const told: string[] = [];
  const heard: string[] = [];
  const previews: string[] = [];
  const isWanted = (): boolean => !leaving.signal.aborted;

  const call = async (lane: number): Promise<void> => {
    for (let number = 0; isWanted(); number += 1) {
      const title = `lane ${lane} task ${number}`;
      const task = await hive.api.tasks.create.mutate({ id: projectId, title });
      made.push(task.title);
    }
  };
  const publish = async (): Promise<void> => {
    while (isWanted() && previews.length < 50) {
      const { job_id } = await hive.previews.publish({ project_id: projectId, directory: folder, wait: false });
      previews.push(job_id);
      await hive.api.previews.cancel.mutate({ id: job_id });
    }
  };
  const tell = async (): Promise<void> => {
    for (let number = 0; isWanted(); number += 1) {
      const title = `assigned ${number}`;
      await other.api.tasks.create.mutate({ id: projectId, title, assigned_to: userId });
      told.push(title);
    }
  };
  const listen = async (): Promise<void> => {
    for await (const event of hive.events({ lastEventId: "0" })) {
      if (event.type === "notification") heard.push(String(event.notification.data["title"]));
      if (heard.at(-1) === lastTitle) return;
    }
  };
  const listening = listen();
  const working = Promise.all([...Array.from({ length: lanes }, (_, lane) => call(lane)), publish(), tell()]);
  const failed = Promise.race([working, listening]);
  return {
    made,
    told,
    heard,
    previews,
    /** Rejects as soon as anything fails. */
    failed,
    end: async () => {
      leaving.abort();
      await working;
      await other.api.tasks.create.mutate({ id: projectId, title: lastTitle, assigned_to: userId });
      told.push(lastTitle);
      await listening;
    },
  };
}

test(
  "a Desktop that comes and goes under load: every call happens once, none fails, and no event is lost",
  async () => {
    await using folder = await testFolder({ "app/index.html": "<h1>Load</h1>" });
    const [user, colleague] = [await api.register(), await api.register()];
    await sql`UPDATE users SET tier = 'Premium' WHERE id = ${user.id}`;
    const runtimeDirectory = `${folder.path}/run`;
    const hive = createHiveSync({ baseUrl: api.url, credentials: await storeOf(user), runtimeDirectory });
    const other = createHiveSync({ baseUrl: api.url, credentials: await storeOf(colleague), desktop: "off" });
    const team = await hive.api.teams.create.mutate({ name: "Load" });
    await hive.api.teams.addMember.mutate({ id: team.id, user_id: colleague.id });
    const { id: projectId } = await hive.api.projects.create.mutate({ name: "Load", team_id: team.id });
    using _counts = forgetCounts();
    const load = startLoad({ hive, other, userId: user.id, projectId, folder: `${folder.path}/app` });

    const untilMode = (mode: "desktop" | "direct"): Promise<unknown> =>
      Promise.race([
        waitUntil(
          () => hive.mode,
          (now) => now === mode,
          { everyMs: 2 },
        ),
        load.failed,
      ]);
    const untilMoreMade = async (): Promise<void> => {
      const before = load.made.length;
      await Promise.race([
        waitUntil(
          () => load.made.length,
          (now) => now > before + lanes,
          { everyMs: 2 },
        ),
        load.failed,
      ]);
    };
    const desktopLogin = createMemoryStore();
    const session = await api.signIn(user);
    await desktopLogin.save(api.url, session);
    for (let round = 0; round < appearances; round += 1) {
      const desktop = await startTestDesktop({ upstream: api.url, folder: folder.path, credentials: desktopLogin });
      await untilMode("desktop");
      await untilMoreMade();
      await desktop.proxy.close();
      await untilMode("direct");
      await untilMoreMade();
    }
    for (let round = 0; round < killedAppearances; round += 1) {
      const desktop = await runDesktop(desktopEnvironment(folder.path, api.url));
      if (!(await desktop.isListening)) throw new Error(desktop.lines.at(-1));
      const discovery = await readDiscovery(discoveryPath(runtimeDirectory, api.url));
      const credentials = { username: user.username, password: testPassword };
      await callPort(discovery?.port ?? 0, "POST /login", { body: credentials, token: discovery?.token ?? "" });
      await untilMode("desktop");
      await untilMoreMade();
      process.kill(desktop.pid, "SIGKILL");
      await desktop.exited;
      await untilMode("direct");
    }
    await load.end();

    const rows = await sql<
      { title: string }[]
    >`SELECT title FROM tasks WHERE project_id = ${projectId} AND title LIKE 'lane%'`;
    expect(rows.map(({ title }) => title).toSorted()).toEqual(load.made.toSorted());
    expect(new Set(load.made).size).toBe(load.made.length);
    expect(load.heard).toEqual(load.told);
    const jobs = await sql<{ id: string }[]>`SELECT id FROM preview_sessions WHERE project_id = ${projectId}`;
    expect(jobs.map(({ id }) => id).toSorted()).toEqual(load.previews.toSorted());
  },
  // Fifty appearances, each of a process or a server of its own.
  300_000,
);
