import { exampleRepoUrl } from "@hivesync/contracts/examples/repos";
import type { ProjectSettings } from "@hivesync/contracts/resources/projects";
import { tierLimits, type Tier } from "@hivesync/contracts/tiers";
import { newId } from "@hivesync/platform/ids";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createSharedTeam, createTeam, setTier, type TestTeam } from "#testing/arrange.ts";
import { claimSync, completeSync, failSync, requestSync, setRepo } from "#testing/repo-syncs.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";
import { createAutoSync } from "./auto-sync.ts";

const api = await startTestApi();
// A second process on the same stack.
const peer = await startTestApi({}, api.stack);
afterAll(async () => {
  await peer[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
const { autoSync } = api.deps;
beforeEach(async () => {
  // What other tests here have asked for is not looked at again.
  await api.sql`UPDATE projects SET settings = '{}'`;
});

const wanted = { url: exampleRepoUrl, auto_sync: true } satisfies ProjectSettings["repo"];

interface Mirrored extends TestTeam {
  request: { token: string; projectId: string };
}

/** A team of this tier whose project wants automatic syncs. */
async function mirrored(repo: ProjectSettings["repo"] = wanted, tier: Tier = "Free"): Promise<Mirrored> {
  const team = await createTeam(api);
  await setTier(api, team.owner, tier);
  const request = { token: team.owner.token, projectId: team.project.id };
  await setRepo(api, request, repo);
  return { ...team, request };
}

interface Sync extends Record<string, unknown> {
  id: string;
  status: string;
}

async function syncsOf({ project }: Pick<TestTeam, "project">): Promise<Sync[]> {
  const rows = await api.sql<Sync[]>`SELECT * FROM repo_syncs WHERE project_id = ${project.id} ORDER BY created_at`;
  return [...rows];
}

/** Makes the project's syncs older. */
async function age({ project }: Pick<TestTeam, "project">, seconds: number): Promise<void> {
  await api.sql`
    UPDATE repo_syncs SET created_at = created_at - make_interval(secs => ${seconds}) WHERE project_id = ${project.id}`;
}

/** Ends the project's open sync. */
async function end({ project }: Pick<TestTeam, "project">): Promise<void> {
  const [row] = await api.sql`SELECT id FROM repo_syncs WHERE project_id = ${project.id} AND status = 'QUEUED'`;
  await failSync(api, String(row?.["id"]));
}

describe("what is due", () => {
  test("a project that was never synced is, once: in its Owner's name, of the settings' ref, and audited", async () => {
    const team = await mirrored({ ...wanted, ref: "next" }, "Pro");
    expect(await autoSync.syncOnce()).toBe(1);
    const [sync] = await syncsOf(team);
    expect(sync).toMatchObject({
      requested_by: team.owner.id,
      repo_url: exampleRepoUrl,
      ref: "next",
      automatic: true,
      status: "QUEUED",
      priority: tierLimits.Pro.priority,
      dispatched_at: null,
      input_key: `t/${team.teamId}/repos/${sync?.id ?? ""}/`,
    });
    expect(sync?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const audits = await api.sql`
      SELECT user_id, actor_id, metadata FROM audit_logs WHERE project_id = ${team.project.id} AND event_type = 'repo_requested'`;
    const metadata = { job_id: sync?.id, repo_url: exampleRepoUrl, ref: "next", automatic: true };
    expect([...audits]).toEqual([{ user_id: team.owner.id, actor_id: null, metadata }]);
    expect(await autoSync.syncOnce()).toBe(0);
  });

  test.each(["Free", "Pro", "Premium", "Admin"] as const)(
    "with an Owner of tier %s a project is due when the tier's interval has passed since its last sync",
    async (tier) => {
      const team = await mirrored(wanted, tier);
      const { autoSyncSeconds } = tierLimits[tier];
      await autoSync.syncOnce();
      await end(team);
      await age(team, autoSyncSeconds - 60);
      expect(await autoSync.syncOnce()).toBe(0);
      await age(team, 61);
      expect(await autoSync.syncOnce()).toBe(1);
    },
  );

  test("a sync that somebody asked for counts too", async () => {
    const team = await mirrored();
    await completeSync(api, { teamId: team.teamId, jobId: await requestSync(api, team.request) });
    expect(await autoSync.syncOnce()).toBe(0);
    await age(team, tierLimits.Free.autoSyncSeconds + 1);
    expect(await autoSync.syncOnce()).toBe(1);
  });

  test("the interval is the Owner's, whoever is in the team", async () => {
    const shared = await createSharedTeam(api);
    await setTier(api, shared.admin, "Premium");
    const body = { name: "Todo", team_id: shared.team.id };
    const made = await api.call("POST /projects", { token: shared.owner.token, body });
    const project = made.body.data as TestTeam["project"];
    await setRepo(api, { token: shared.admin.token, projectId: project.id }, wanted);
    await autoSync.syncOnce();
    await end({ project });
    await age({ project }, tierLimits.Premium.autoSyncSeconds + 60);
    expect(await autoSync.syncOnce()).toBe(0);
    expect(await syncsOf({ project })).toMatchObject([{ requested_by: shared.owner.id, priority: 8 }]);
  });

  test.each(["QUEUED", "RUNNING"])("a project whose sync is %s is not, however long it takes", async (status) => {
    const team = await mirrored();
    const id = await requestSync(api, team.request);
    if (status === "RUNNING") await claimSync(api, id);
    await age(team, 30 * 86_400);
    expect(await autoSync.syncOnce()).toBe(0);
  });

  test("after another address was set it is, but not once more for each of many addresses", async () => {
    const team = await mirrored();
    await completeSync(api, { teamId: team.teamId, jobId: await requestSync(api, team.request) });
    await setRepo(api, team.request, { url: "https://gitlab.com/example/b.git" });
    expect(await autoSync.syncOnce()).toBe(1);
    await end(team);
    await setRepo(api, team.request, { url: "https://gitlab.com/example/c.git" });
    expect(await autoSync.syncOnce()).toBe(0);
  });

  test.each<[string, (team: Mirrored) => Promise<unknown>]>([
    ["that does not want it any more", (team) => setRepo(api, team.request, { auto_sync: false })],
    [
      "that names no repository",
      ({ request }) =>
        api.call(`PATCH /projects/${request.projectId}/settings`, {
          token: request.token,
          body: { repo: { url: null } },
        }),
    ],
    ["whose Owner is disabled", ({ owner }) => api.sql`UPDATE users SET disabled_at = now() WHERE id = ${owner.id}`],
    [
      "whose host is no longer allowed",
      ({ project }) =>
        api.sql`
        UPDATE projects SET settings = '{"repo":{"url":"https://git.example.org/a.git","auto_sync":true}}' WHERE id = ${project.id}`,
    ],
    [
      "whose host only begins or ends like one that is allowed",
      ({ project }) =>
        api.sql`
        UPDATE projects SET settings = '{"repo":{"url":"https://github.com.evil.example/github.com","auto_sync":true}}' WHERE id = ${project.id}`,
    ],
  ])("a project %s is not", async (_, change) => {
    const team = await mirrored();
    await change(team);
    expect(await autoSync.syncOnce()).toBe(0);
    expect(await syncsOf(team)).toEqual([]);
  });

  test.each(["https://GitHub.com/a/b.git", "HTTPS://github.com:443/a/b.git"])(
    "the host is the same however it is written: %s",
    async (url) => {
      const team = await mirrored({ url, auto_sync: true });
      expect(await autoSync.syncOnce()).toBe(1);
      expect(await syncsOf(team)).toMatchObject([{ repo_url: url }]);
    },
  );

  test("a host with a port is allowed with that port alone", async () => {
    const { transact, log, settings } = api.deps;
    const repoHosts = ["git.example.org:8443"];
    const own = createAutoSync({ transact, log, tiers: settings.tiers, repoHosts, onDue: () => undefined });
    const team = await mirrored();
    const name = (url: string) => api.sql`
      UPDATE projects SET settings = ${api.sql.json({ repo: { url, auto_sync: true } })} WHERE id = ${team.project.id}`;
    await name("https://git.example.org/a.git");
    expect(await own.syncOnce()).toBe(0);
    await name("https://git.example.org:8443/a.git");
    expect(await own.syncOnce()).toBe(1);
  });
});

describe("many", () => {
  test("of two processes at once each due project gets one sync", async () => {
    const teams = [];
    for (let count = 0; count < 5; count += 1) teams.push(await mirrored());
    const counts = await Promise.all([api, peer, api, peer].map(async ({ deps }) => deps.autoSync.syncOnce()));
    // A project that is looked at by another process is left to the sweep after.
    const total = counts.reduce((sum, count) => sum + count, 0) + (await autoSync.syncOnce());
    expect(total).toBe(5);
    for (const team of teams) expect(await syncsOf(team)).toHaveLength(1);
  });

  test("more than one statement takes are all asked for in one sweep", async () => {
    const { teamId } = await mirrored({});
    await api.sql`
      INSERT INTO projects (id, team_id, name, settings)
      SELECT gen_random_uuid(), ${teamId}, 'x', ${api.sql.json({ repo: wanted })} FROM generate_series(1, 230)`;
    expect(await autoSync.syncOnce()).toBe(230);
    const syncs = await api.sql`
      SELECT DISTINCT s.id FROM repo_syncs s JOIN projects p ON p.id = s.project_id WHERE p.team_id = ${teamId}`;
    expect(syncs).toHaveLength(230);
  });

  test("a project that is being changed is left to the next sweep", async () => {
    const team = await mirrored();
    const { url } = wanted;
    // Nothing waits: the sweep passes over the row, and comes to its end while the change is open.
    await api.sql.begin(async (sql) => {
      await sql`UPDATE projects SET settings = ${sql.json({ repo: { url } })} WHERE id = ${team.project.id}`;
      expect(await autoSync.syncOnce()).toBe(0);
    });
    expect(await autoSync.syncOnce()).toBe(0);
  });

  test("a sync that another process has written and not yet committed keeps a second one out", async () => {
    const team = await mirrored();
    const id = newId();
    const count = await whileOpen(api, {
      change: (sql) => sql`
        INSERT INTO repo_syncs (id, project_id, repo_url, priority, input_key) VALUES (${id}, ${team.project.id}, '-', 1, '-')`,
      meanwhile: () => autoSync.syncOnce(),
    });
    expect(count).toBe(0);
    expect(await syncsOf(team)).toMatchObject([{ id }]);
  });
});

test("the dispatcher is woken when there is something to dispatch, and not otherwise", async () => {
  let wakes = 0;
  const { transact, log, settings } = api.deps;
  const own = createAutoSync({ transact, log, ...settings, onDue: () => (wakes += 1) });
  await own.syncOnce();
  expect(wakes).toBe(0);
  await mirrored();
  await own.syncOnce();
  expect(wakes).toBe(1);
});
