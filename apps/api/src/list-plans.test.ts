import { encodeCursor, type Page } from "@hivesync/contracts/pagination";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createProject, createSharedTeam, createTask, setTier } from "#testing/arrange.ts";
import { rowsRead, watchPlans, type PlanNode } from "#testing/query-plans.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { allOperations } from "./router.ts";

/** So many rows has every table here, so that reading one whole shows. */
const tableRows = 20_000;
/** So many rows are of what is seldom. */
const rareRows = 400;
/** What one page of fifty may read of all tables together: that many and one more of each of the caller's five teams are the most. */
const pageRows = 300;

const api = await startTestApi();

const { sql } = api;
const { team, owner, admin, member } = await createSharedTeam(api);
const others = [await createSharedTeam(api), await createSharedTeam(api), await createSharedTeam(api)];
const { id: projectId } = await createProject(api, owner);
const site = await api.register("site");
await setTier(api, site, "Admin");
const { id: taskId } = await createTask(api, owner, { project_id: projectId });
const { id: oldTaskId } = await createTask(api, owner, { project_id: projectId });
const [threadId, oldThreadId] = [newId(), newId()];

const common = sql.unsafe("now() - random() * interval '90 days'");
const old = sql.unsafe("now() - interval '100 days' - random() * interval '90 days'");

async function fillTeams(): Promise<void> {
  const teamIds = [team.id, ...others.map(({ team }) => team.id)];
  for (const id of teamIds.slice(1))
    await sql`INSERT INTO team_members (id, team_id, user_id, role) VALUES (${newId()}, ${id}, ${owner.id}, 'Member')`;
  await sql`
    INSERT INTO users (id, email, username, password_hash, created_at, tier, disabled_at)
    SELECT gen_random_uuid(), 'user' || n || '@example.com', 'user' || n, '-', ${common},
      CASE WHEN n % 2 = 0 THEN 'Pro' ELSE 'Free' END, CASE WHEN n % 4 < 2 THEN now() END
    FROM generate_series(1, ${tableRows}) n`;
  await sql`
    INSERT INTO team_members (id, team_id, user_id, role, created_at)
    SELECT gen_random_uuid(), ${team.id}, id, 'Member', ${common} FROM users WHERE password_hash = '-'`;
  await sql`
    INSERT INTO teams (id, owner_id, name) SELECT gen_random_uuid(), id, 'x' FROM users WHERE password_hash = '-'`;
  await sql`
    INSERT INTO projects (id, team_id, name, created_at)
    SELECT gen_random_uuid(), (${teamIds}::uuid[])[1 + n % 4], 'x', ${common} FROM generate_series(1, ${tableRows}) n`;
  await sql`INSERT INTO notification_counters (user_id, last_seq, unread) SELECT id, 1, 1 FROM users`;
  await sql`
    INSERT INTO users (id, email, username, password_hash, created_at, tier, disabled_at)
    SELECT gen_random_uuid(), 'past' || n || '@example.com', 'ancient_' || n, '+', ${old}, 'Premium', CASE WHEN n % 2 = 0 THEN now() END
    FROM generate_series(1, ${rareRows}) n`;
}

async function fillTasks(): Promise<void> {
  // Half are the member's and half are BLOCKED, of the member's a few.
  await sql`
    INSERT INTO tasks (id, project_id, title, assigned_to, status, created_at)
    SELECT gen_random_uuid(), ${projectId}, 'x', CASE WHEN n % 2 = 0 THEN ${member.id}::uuid END,
      CASE WHEN n % 2 = 1 OR n % 1000 = 0 THEN 'BLOCKED' ELSE 'OPEN' END, ${common}
    FROM generate_series(1, ${tableRows}) n`;
  await sql`
    INSERT INTO tasks (id, project_id, title, assigned_to, status, created_at)
    SELECT gen_random_uuid(), ${projectId}, 'x', ${admin.id}, 'DONE', ${old} FROM generate_series(1, ${rareRows}) n`;
}

async function fillComments(): Promise<void> {
  const columns = sql.unsafe("id, project_id, user_id, content, task_id, parent_id, anchor, created_at");
  const insert = (things: { task: string; thread: string; path: string; when: typeof common; rows: number }) => sql`
    INSERT INTO comments (${columns})
    SELECT gen_random_uuid(), ${projectId}, ${owner.id}, 'x',
      CASE WHEN n % 4 = 0 THEN ${things.task}::uuid END,
      CASE WHEN n % 4 = 1 THEN ${things.thread}::uuid END,
      CASE WHEN n % 4 = 2 THEN jsonb_build_object('path', ${things.path}::text, 'line_start', 1, 'line_end', 1) END,
      ${things.when}
    FROM generate_series(1, ${things.rows}) n`;
  for (const thread of [threadId, oldThreadId])
    await sql`INSERT INTO comments (id, project_id, content, created_at) VALUES (${thread}, ${projectId}, 'x', ${old})`;
  await insert({ task: taskId, thread: threadId, path: "a.ts", when: common, rows: tableRows });
  await insert({ task: oldTaskId, thread: oldThreadId, path: "old.ts", when: old, rows: rareRows });
}

interface Job {
  user: string;
  on: "cpu" | "gpu";
  status: string;
  when: typeof common;
  rows: number;
}
const often: Job = { user: owner.id, on: "cpu", status: "QUEUED", when: common, rows: tableRows };
const seldom: Job = { user: admin.id, on: "gpu", status: "RUNNING", when: old, rows: rareRows };

async function fillPreviews(): Promise<void> {
  const columns = sql.unsafe(
    "id, project_id, requested_by, token_hash, queue, priority, input_key, status, expires_at, created_at",
  );
  const insert = (by: Job) => sql`
    INSERT INTO preview_sessions (${columns})
    SELECT gen_random_uuid(), ${projectId}, ${by.user}, '-', ${`preview-${by.on}`}, 1, '-', ${by.status}, now() + interval '1 day', ${by.when}
    FROM generate_series(1, ${by.rows}) n`;
  await insert(often);
  await insert(seldom);
}

async function fillAiJobs(): Promise<void> {
  const columns = sql.unsafe("id, project_id, requested_by, job_type, queue, priority, input_key, status, created_at");
  const insert = (by: Job) => sql`
    INSERT INTO ai_jobs (${columns})
    SELECT gen_random_uuid(), ${projectId}, ${by.user}, 'explain', ${`ai-${by.on}`}, 1, '-', ${by.status}, ${by.when}
    FROM generate_series(1, ${by.rows}) n`;
  await insert(often);
  await insert(seldom);
}

async function fillAudit(): Promise<void> {
  const insert = (things: { type: string; id: string; when: typeof common; rows: number }) => sql`
    INSERT INTO audit_logs (id, event_type, user_id, actor_id, project_id, created_at)
    SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'sign_out' ELSE ${things.type} END,
      CASE WHEN n % 2 = 0 THEN ${things.id}::uuid END, CASE WHEN n % 2 = 1 THEN ${things.id}::uuid END,
      CASE WHEN n % 3 = 0 THEN ${things.id}::uuid END, ${things.when}
    FROM generate_series(1, ${things.rows}) n`;
  await insert({ type: "sign_in", id: owner.id, when: common, rows: tableRows });
  await insert({ type: "tier_changed", id: admin.id, when: old, rows: rareRows });
}

async function fillRepoSyncs(): Promise<void> {
  const columns = sql.unsafe(
    "id, project_id, requested_by, repo_url, priority, input_key, status, completed_at, error, manifest_key, created_at",
  );
  const insert = (by: Omit<Job, "on">) => sql`
    INSERT INTO repo_syncs (${columns})
    SELECT gen_random_uuid(), ${projectId}, ${by.user}, '-', 1, '-', ${by.status}, made.at,
      '{"code":"REPO_SYNC_FAILED","message":"x","details":null}', made.at::text, made.at
    FROM (SELECT ${by.when} AS at FROM generate_series(1, ${by.rows})) made`;
  await insert({ ...often, status: "COMPLETED" });
  await insert({ ...seldom, status: "FAILED" });
  await sql`
    UPDATE projects SET mirror_manifest_key = (
      SELECT manifest_key FROM repo_syncs WHERE status = 'COMPLETED' ORDER BY completed_at DESC LIMIT 1)
    WHERE id = ${projectId}`;
  await sql`
    UPDATE repo_syncs SET head = repeat('0', 40), head_ref = 'refs/heads/main', files = 1, bytes = 1
    WHERE manifest_key = (SELECT mirror_manifest_key FROM projects WHERE id = ${projectId})`;
}

async function fillRepoTokens(): Promise<void> {
  await sql`
    INSERT INTO repo_credentials (project_id, host, encrypted_token, key_id)
    SELECT id, 'github.com', '', '-' FROM projects`;
}

async function fillOwn(): Promise<void> {
  await sql`
    INSERT INTO notifications (id, user_id, seq, type, created_at, read_at)
    SELECT gen_random_uuid(), ${owner.id}, n, 'mention', ${common}, now() FROM generate_series(1, ${tableRows}) n`;
  await sql`
    INSERT INTO notifications (id, user_id, seq, type, created_at)
    SELECT gen_random_uuid(), ${owner.id}, ${tableRows} + n, 'mention', ${old} FROM generate_series(1, ${rareRows}) n`;
  await sql`
    INSERT INTO sessions (id, user_id, client_name, created_at, expires_at)
    SELECT gen_random_uuid(), ${owner.id}, 'x', ${common}, now() + interval '1 day'
    FROM generate_series(1, ${tableRows}) n`;
}

const watch = watchPlans(api);
afterAll(async () => {
  await watch[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

for (const fill of [
  fillTeams,
  fillTasks,
  fillComments,
  fillPreviews,
  fillAiJobs,
  fillRepoSyncs,
  fillRepoTokens,
  fillAudit,
  fillOwn,
])
  await fill();
// Ids are random, so in their order what is seldom lies among all else, as it does where rows come and go. Together on a few pages it would be as
// cheap to read whole, and which of two equal plans is taken would be a matter of luck.
const mixed = [
  "users",
  "teams",
  "team_members",
  "projects",
  "tasks",
  "comments",
  "preview_sessions",
  "ai_jobs",
  "repo_syncs",
];
for (const table of [...mixed, "audit_logs", "notifications"]) await sql.unsafe(`CLUSTER ${table} USING ${table}_pkey`);
await sql`VACUUM ANALYZE`;

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

// What half of the rows are, and what few and the oldest are: looking through the newest for those would read them all.
const lists: Record<string, string[]> = {
  "GET /projects": ["", "team_id={team}"],
  "GET /projects/{project}/tasks": [
    "",
    "status=BLOCKED",
    "status=DONE",
    "assigned_to={member}",
    "assigned_to={admin}",
    "assigned_to={member}&status=BLOCKED",
  ],
  "GET /projects/{project}/comments": [
    "",
    "task_id={task}",
    "task_id={oldTask}",
    "path=a.ts",
    "path=old.ts",
    "thread_id={thread}",
    "thread_id={oldThread}",
  ],
  "GET /projects/{project}/previews": ["", "status=QUEUED", "status=RUNNING"],
  "GET /projects/{project}/ai_jobs": ["", "status=QUEUED", "status=RUNNING"],
  "GET /repos/{project}/sync": [""],
  "GET /notifications": ["", "unread=true"],
  "GET /teams": [""],
  "GET /teams/{team}/members": [""],
  "GET /auth/sessions": [""],
  "GET /admin/users": [
    "",
    "tier=Pro",
    "tier=Premium",
    "disabled=false",
    "disabled=true",
    "tier=Premium&disabled=true",
    "tier=Premium&disabled=false",
    "q=u",
    "q=user",
    "q=user1&limit=10",
    "q=user1234",
    "q=user12345",
    "q=past",
    "q=ancient_",
    "q=ancient_3",
    "q=past399@example.com",
    "q={admin}",
    "q=user&tier=Pro&disabled=true",
  ],
  "GET /admin/jobs": [
    "",
    "kind=repo",
    "status=QUEUED",
    "status=RUNNING",
    "status=COMPLETED",
    "status=FAILED",
    "queue=preview-cpu",
    "queue=preview-gpu",
    "queue=ai-gpu",
    "queue=repo-sync",
    "queue=repo-sync&status=FAILED",
    "queue=ai-gpu&status=RUNNING",
    "queue=preview-cpu&status=QUEUED",
    "user_id={owner}",
    "user_id={admin}",
    "user_id={admin}&status=RUNNING",
    "user_id={admin}&status=FAILED",
  ],
  "GET /admin/audit": [
    "",
    "event_type=sign_in",
    "event_type=tier_changed",
    "user_id={owner}",
    "user_id={admin}",
    "actor_id={admin}",
    "project_id={admin}",
    "from={monthAgo}",
    "to={longAgo}",
    "event_type=sign_out&to={longAgo}",
    "user_id={admin}&from={longestAgo}",
  ],
};
const ids: Record<string, string> = {
  team: team.id,
  owner: owner.id,
  member: member.id,
  admin: admin.id,
  project: projectId,
  task: taskId,
  oldTask: oldTaskId,
  thread: threadId,
  oldThread: oldThreadId,
  monthAgo: daysAgo(30),
  longAgo: daysAgo(100),
  longestAgo: daysAgo(190),
};
const cases = Object.entries(lists).flatMap(([rest, filters]) => filters.map((filter) => `${rest}?${filter}`));

/** Calls for a page and looks at how the database came by it. */
async function readPage(request: string): Promise<{ page: Page<unknown>; nodes: PlanNode[] }> {
  const address = request.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "");
  const token = request.startsWith("GET /admin/") ? site.token : owner.token;
  const { result, nodes } = await watch.plansOf(() => api.call(address, { token }));
  expect(result.status).toBe(200);
  return { page: result.body.data, nodes };
}

function expectRangesOnly(nodes: PlanNode[]): void {
  const scans = nodes.filter((node) => node["Node Type"].includes("Scan"));
  expect(scans.length).toBeGreaterThan(0);
  const whole = scans.filter((node) => node["Node Type"] === "Seq Scan").map((node) => node["Relation Name"]);
  expect(whole).toEqual([]);
  const read = scans.reduce((sum, node) => sum + rowsRead(node), 0);
  const byScan = scans.map((node) => [node["Node Type"], node["Relation Name"] ?? node["Index Name"], rowsRead(node)]);
  // Where they are too many it is to be seen of what.
  expect(read < pageRows ? [] : byScan).toEqual([]);
}

const middle = encodeCursor({ created_at: new Date(Date.now() - 45 * 86_400_000).toISOString(), id: newId() });

describe("a page reads what it shows, by an index, however many rows there are", () => {
  test.each(cases)("%s", async (request) => {
    const { page, nodes } = await readPage(request);
    expect(page.items.length).toBeGreaterThan(0);
    expectRangesOnly(nodes);
  });

  test.each(cases)("%s, in the middle", async (request) => {
    const { nodes } = await readPage(`${request}&cursor=${middle}`);
    expectRangesOnly(nodes);
  });
});

test("every list of the API is looked at here", () => {
  const shape = (request: string): string => request.replaceAll(/\{\w+\}/g, "{}");
  const paged = allOperations
    .filter(({ contract: { output } }) => "shape" in output && Object.hasOwn(output.shape as object, "next_cursor"))
    .map(({ contract }) => shape(contract.rest));
  expect(paged.toSorted()).toEqual(Object.keys(lists).map(shape).toSorted());
});
