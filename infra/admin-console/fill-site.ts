import type { Sql } from "postgres";

// Numbers that look like a site of some hundred users: how many there are of each thing.
const size = { users: 64, previews: 4_200, aiJobs: 1_600, audit: 900 };

const names = [
  "ada", "grace", "edsger", "barbara", "donald", "margaret", "linus", "radia", "ken", "frances", "dennis", "karen",
  "alan", "joan", "tim", "hedy", "john", "sophie", "niklaus", "adele", "bjarne", "anita", "guido", "evelyn",
]; // prettier-ignore

async function addUsers(sql: Sql): Promise<void> {
  await sql`INSERT INTO users (id, email, username, password_hash, tier, created_at, last_login, disabled_at)
    SELECT uuidv7(made_at - now()), name || '@' || (ARRAY['lovelace.dev', 'example.com', 'navy.example', 'studio.example'])[n % 4 + 1], name, '-',
      CASE WHEN n % 16 = 3 THEN 'Premium' WHEN n % 4 = 1 THEN 'Pro' ELSE 'Free' END, made_at,
      CASE WHEN n % 9 = 4 THEN NULL ELSE now() - random() * n * interval '3 hours' END,
      CASE WHEN n % 21 = 7 THEN now() - interval '2 days' END
    FROM generate_series(1, ${size.users}) AS n,
      LATERAL (SELECT (${names}::text[])[n % ${names.length} + 1] || CASE WHEN n > ${names.length} THEN n::text ELSE '' END AS name,
        now() - n * interval '11 hours' AS made_at) AS made`;
  await sql`INSERT INTO teams (id, owner_id, name) SELECT uuidv7(), id, username FROM users
    WHERE password_hash = '-'`;
  await sql`INSERT INTO projects (id, team_id, name) SELECT uuidv7(), id, 'Storefront' FROM teams
    WHERE owner_id IN (SELECT id FROM users WHERE password_hash = '-')`;
}

const previewErrors = [
  ["PREVIEW_BUILD_FAILED", 'Could not resolve "./itme" in src/App.tsx.'],
  ["PREVIEW_BUILD_FAILED", 'src/screens/list.tsx:14:24: Expected "}" but found end of file'],
  ["PREVIEW_BUILD_FAILED", "The entry src/main.tsx is not among the files."],
  ["QUOTA_EXCEEDED", "The build took longer than the 60 s of its tier."],
  ["INTERNAL_ERROR", "The worker was lost three times."],
] as const;

const aiErrors = [
  ["AI_JOB_FAILED", "The model gave no answer within 60 s."],
  ["AI_JOB_FAILED", "The model answered with something that is no documentation."],
] as const;

interface JobFill {
  table: "preview_sessions" | "ai_jobs";
  count: number;
  errors: readonly (readonly [string, string])[];
  /** Seconds that most of them ran. */
  runSeconds: number;
}

/** Jobs of the last three days, more by day than by night. */
async function addJobs(sql: Sql, { table, count, errors, runSeconds }: JobFill): Promise<void> {
  const [codes, messages] = [errors.map(([code]) => code), errors.map(([, message]) => message)];
  const own =
    table === "preview_sessions"
      ? sql`, token_hash, expires_at, queue, bundle_url`
      : sql`, job_type, queue, result_url`;
  const ownValues =
    table === "preview_sessions"
      ? sql`, '-', now() + interval '7 days', CASE WHEN u.tier = 'Premium' THEN 'preview-gpu' ELSE 'preview-cpu' END, CASE WHEN status = 'COMPLETED' THEN '-' END`
      : sql`, 'document', CASE WHEN u.tier = 'Premium' THEN 'ai-gpu' ELSE 'ai-cpu' END, CASE WHEN status = 'COMPLETED' THEN '-' END`;
  await sql`INSERT INTO ${sql(table)} (id, project_id, requested_by, status, priority, attempt, dispatches, input_key, error, error_message,
      created_at, dispatched_at, started_at, completed_at ${own})
    SELECT uuidv7(made_at - now()), p.id, u.id, status, CASE u.tier WHEN 'Premium' THEN 2 WHEN 'Pro' THEN 4 ELSE 8 END, 1, 1, '-',
      CASE WHEN status = 'FAILED' THEN jsonb_build_object('code', (${codes}::text[])[kind], 'message', (${messages}::text[])[kind], 'details', NULL) END,
      CASE WHEN status = 'FAILED' THEN (${messages}::text[])[kind] END,
      made_at, made_at + interval '10 ms', made_at + wait, made_at + wait + run ${ownValues}
    FROM (
      SELECT n, now() - (t ^ 1.6) * interval '72 hours' - interval '40 seconds' AS made_at, random() AS luck,
        least(floor(random() * random() * ${errors.length})::int + 1, ${errors.length}) AS kind
      FROM generate_series(1, ${count}) AS n, LATERAL (SELECT random() + n * 0 AS t) AS time
    ) AS drawn
    JOIN LATERAL (SELECT CASE WHEN luck < 0.043 THEN 'FAILED' WHEN luck < 0.056 THEN 'CANCELLED' ELSE 'COMPLETED' END AS status,
      (0.04 + luck * luck * 0.6 + CASE WHEN luck > 0.96 THEN 4 * luck ELSE 0 END) * interval '1 second' AS wait,
      (0.3 + luck ^ 4 * 2.5) * ${runSeconds}::float * interval '1 second' AS run) AS course ON true
    JOIN LATERAL (SELECT u.id, u.tier FROM users u WHERE u.password_hash = '-' ORDER BY hashtext(u.id::text || n) LIMIT 1) AS u ON true
    JOIN LATERAL (SELECT p.id FROM projects p JOIN teams t ON t.id = p.team_id WHERE t.owner_id = u.id LIMIT 1) AS p ON true
    WHERE luck > 0.35 OR extract(hour FROM made_at) BETWEEN 7 AND 20`;
}

async function addAudit(sql: Sql, adminId: string): Promise<void> {
  await sql`INSERT INTO audit_logs (id, event_type, user_id, actor_id, metadata, created_at)
    SELECT uuidv7(made_at - now()), event, u.id, CASE WHEN event LIKE 'tier%' OR event LIKE 'user_dis%' THEN ${adminId}::uuid ELSE u.id END,
      CASE event WHEN 'tier_changed' THEN '{"from":"Free","to":"Pro"}'::jsonb WHEN 'sign_in_failed' THEN '{"ip":"203.0.113.24"}'::jsonb
        WHEN 'sign_in' THEN '{"client_name":"HiveSync CLI on loom"}'::jsonb WHEN 'role_changed' THEN '{"from":"Member","to":"Admin"}'::jsonb ELSE '{}'::jsonb END,
      made_at
    FROM generate_series(1, ${size.audit}) AS n,
      LATERAL (SELECT (ARRAY['sign_in','sign_in','sign_in','sign_out','preview_requested','preview_completed','preview_completed','preview_failed','tier_changed',
        'sign_in_failed','role_changed','project_created','ai_requested','ai_completed','member_added'])[n % 15 + 1] AS event,
        now() - n * interval '97 seconds' AS made_at) AS made,
      LATERAL (SELECT id FROM users WHERE password_hash = '-' ORDER BY hashtext(id::text || n) LIMIT 1) AS u`;
}

/** Fills a site's database with days of use by many users. */
export async function fillSite(sql: Sql, adminName: string): Promise<void> {
  const [admin] = await sql<{ id: string }[]>`SELECT id FROM users WHERE username = ${adminName}`;
  await addUsers(sql);
  await addJobs(sql, { table: "preview_sessions", count: size.previews, errors: previewErrors, runSeconds: 0.8 });
  await addJobs(sql, { table: "ai_jobs", count: size.aiJobs, errors: aiErrors, runSeconds: 4 });
  await addAudit(sql, admin?.id ?? "");
  await sql`ANALYZE`;
}
