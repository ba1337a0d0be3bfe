import { queueNames } from "@hivesync/contracts/jobs/job-state";
import { defaultScaling } from "@hivesync/contracts/scaling";
import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { completeAi, submitAi } from "#testing/ai-jobs.ts";
import { createTeam, setTier } from "#testing/arrange.ts";
import { beat } from "#testing/beat.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { openStream } from "#testing/open-stream.ts";
import { claim, complete, postSigned, publish } from "#testing/publish.ts";
import { listenCounting, metricsToken, scrape, type Sample } from "#testing/scrape.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const counting = { HIVESYNC_METRICS_TOKEN: metricsToken };
const api = await startTestApi(counting);
afterAll(() => api[Symbol.asyncDispose]());
const origin = await listenCounting(api);
const { owner, teamId, project } = await createTeam(api);
await setTier(api, owner, "Pro");
const site = await api.register("site");
await setTier(api, site, "Admin");
const by = { token: owner.token, projectId: project.id };

const trpc = (path: string) => fetch(`${origin}/trpc/${path}`, { headers: { authorization: `Bearer ${owner.token}` } });

/** By how much a value grows meanwhile. */
async function growth(name: string, labels: Record<string, string>, work: () => Promise<unknown>): Promise<number> {
  const before = (await scrape(origin)).value(name, labels) ?? 0;
  await work();
  // An answer is counted once it has been sent, which whoever reads it may be ahead of.
  return (
    ((
      await waitUntil(
        () => scrape(origin),
        (now) => (now.value(name, labels) ?? 0) > before,
      )
    ).value(name, labels) ?? 0) - before
  );
}

describe("GET /metrics", () => {
  test("is in Prometheus's format and kept nowhere; each metric is explained, and named as is the custom", async () => {
    const { response, text, samples } = await scrape(origin);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
    const helps = new Set([...text.matchAll(/^# HELP (\w+) \S/gm)].map(([, name]) => name));
    expect([...types.keys()].filter((name) => !helps.has(name))).toEqual([]);
    const own = [...types].filter(([name]) => /^(hivesync|http)_/.test(name));
    expect(own.length).toBeGreaterThan(15);
    for (const [name, type] of own) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
      expect(name.endsWith("_total")).toBe(type === "counter");
      expect(type !== "histogram" || name.endsWith("_seconds")).toBe(true);
    }
    const base = (sample: Sample): string => sample.name.replace(/_(bucket|sum|count)$/, "");
    expect(samples.filter((sample) => !types.has(sample.name) && !types.has(base(sample)))).toEqual([]);
    expect(samples.filter(({ value }) => Number.isNaN(value))).toEqual([]);
  });

  test("tells of the process: its version, memory, processor time and event loop", async () => {
    const { value } = await scrape(origin);
    expect(value("hivesync_build_info", { version: api.deps.settings.version })).toBe(1);
    expect(value("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
    expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
    expect(value("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
  });

  test.each(["", "wrong", `${metricsToken}x`, metricsToken.slice(1)])(
    "without the right token it tells nothing: %j",
    async (token) => {
      const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
      const answer = await api.call("GET //metrics", { headers });
      expectError(answer, "AUTH_INVALID");
      // Not the site's Admin either: what asks is a program.
      expectError(await api.call("GET //metrics", { token: site.token }), "AUTH_INVALID");
    },
  );

  test("where no token is set there is nothing at this address, and nothing is counted", async () => {
    await using silent = await startTestApi({}, api.stack);
    expectError(await silent.call("GET //metrics", { token: metricsToken }), "NOT_FOUND");
    await expect(silent.deps.metrics.load()).rejects.toThrow("only where they may be asked for");
  });
});

describe("requests", () => {
  const count = "http_request_duration_seconds_count";

  test("are counted by method, pattern and class of status, with their time", async () => {
    const labels = { method: "GET", route: "/api/v1/projects/:id", status: "2xx" };
    const get = (id: string) => api.call(`GET /projects/${id}`, { token: owner.token });
    expect(await growth(count, labels, () => get(project.id))).toBe(1);
    expect(await growth(count, { ...labels, status: "4xx" }, () => get(newId()))).toBe(1);
    expect((await scrape(origin)).value("http_request_duration_seconds_sum", labels)).toBeGreaterThan(0);
  });

  test("at no address of ours are counted together, whatever they asked for", async () => {
    const labels = { method: "GET", route: "none", status: "4xx" };
    const ask = () => Promise.all([api.call("GET /nothing"), api.call(`GET //${newId()}`)]);
    expect(await growth(count, labels, ask)).toBe(2);
  });

  test("over tRPC are counted by procedure, each of a batch; what is none of ours together", async () => {
    const labels = { method: "GET", status: "2xx" };
    expect(await growth(count, { ...labels, route: "/trpc/projects.list" }, () => trpc("projects.list"))).toBe(1);
    const batch = () => trpc("projects.list,teams.list?batch=1&input={}");
    expect(await growth(count, { ...labels, route: "/trpc/teams.list" }, batch)).toBe(1);
    const unknown = { method: "GET", route: "/trpc/unknown", status: "4xx" };
    expect(await growth(count, unknown, () => trpc("projects.steal"))).toBe(1);
    expect(await growth(count, unknown, () => trpc("constructor"))).toBe(1);
  });

  test("that became streams are not among them: how many are open is told apart", async () => {
    const labels = { endpoint: "/notifications/stream" };
    const stream = await openStream(`${origin}/api/v1/notifications/stream`, { token: owner.token });
    await stream.waitFor(1);
    expect((await scrape(origin)).value("hivesync_open_streams", labels)).toBe(1);
    stream.close();
    await waitUntil(
      () => scrape(origin),
      ({ value }) => value("hivesync_open_streams", labels) === 0,
    );
    const { samples } = await scrape(origin);
    expect(samples.filter((sample) => sample.labels["route"]?.includes("stream"))).toEqual([]);
  });

  test("that a limit refuses are counted by what it limits", async () => {
    const user = await api.register();
    const login = () =>
      api.call("POST /auth/login", { body: { email: user.email, password: "wrong wrong" }, ip: "203.0.113.9" });
    const failUntilRefused = async () => {
      for (let tries = 0; tries < 6; tries += 1) await login();
    };
    expect(await growth("hivesync_rate_limited_calls_total", { action: "login" }, failUntilRefused)).toBe(1);
  });
});

describe("jobs", () => {
  const ended = "hivesync_jobs_ended_total";
  const waits = "hivesync_job_wait_seconds";
  const runs = "hivesync_job_run_seconds";

  test("are counted as they end, by kind, tier and result, with how long they waited and ran", async () => {
    const labels = { kind: "preview", tier: "Pro", result: "completed" };
    const { job_id: jobId } = await publish(api, by, { "a.html": newId() });
    await api.sql`UPDATE preview_sessions SET created_at = now() - interval '20 seconds' WHERE id = ${jobId}`;
    expect(await growth(ended, labels, () => complete(api, { teamId, jobId }))).toBe(1);
    const { value } = await scrape(origin);
    expect(value(`${waits}_sum`, labels)).toBeGreaterThanOrEqual(20);
    expect(value(`${waits}_bucket`, { ...labels, le: "10" })).toBe(0);
    expect(value(`${runs}_count`, labels)).toBe(1);
    expect(value(`${runs}_sum`, labels)).toBeLessThan(20);
  });

  test("that fail are counted as such, and a callback that is repeated counts nothing", async () => {
    const labels = { kind: "preview", tier: "Pro", result: "failed" };
    const { job_id } = await publish(api, by, { "a.html": newId() });
    const attempt = await claim(api, job_id);
    const fail = () => postSigned(api, "/preview/callback", { job_id, attempt, status: "FAIL", error: "no" });
    expect(await growth(ended, labels, () => Promise.all([fail(), fail(), fail()]))).toBe(1);
    await fail();
    expect((await scrape(origin)).value(ended, labels)).toBe(1);
  });

  test("of every kind; a requester who is gone has no tier", async () => {
    const { job_id: jobId } = await submitAi(api, by, { "a.ts": `// ${newId()}` });
    await api.sql`UPDATE ai_jobs SET requested_by = NULL WHERE id = ${jobId}`;
    const labels = { kind: "ai", tier: "none", result: "completed" };
    expect(await growth(ended, labels, () => completeAi(api, { teamId, jobId }))).toBe(1);
  });

  test("that are cancelled before they begin neither waited nor ran", async () => {
    const labels = { kind: "preview", tier: "Pro", result: "cancelled" };
    const { job_id: id } = await publish(api, by, { "a.html": newId() });
    const cancel = () => api.call(`POST /preview/${id}/cancel`, { token: owner.token, body: {} });
    expect(await growth(ended, labels, cancel)).toBe(1);
    await cancel();
    const { value } = await scrape(origin);
    expect(value(ended, labels)).toBe(1);
    expect(value(`${waits}_count`, labels)).toBeUndefined();
  });

  test("callbacks that are refused are counted by what is wrong with them", async () => {
    const name = "hivesync_callbacks_refused_total";
    const forge = () => api.call("POST /preview/callback", { body: { job_id: newId(), status: "FAIL" } });
    expect(await growth(name, { reason: "signature" }, forge)).toBe(1);
  });
});

describe("queues and workers", () => {
  test("each queue tells its jobs by state, their age and target, its workers and how many there should be", async () => {
    await publish(api, by, { "a.html": newId() });
    await beat(api, "gpu");
    const rule = { ...defaultScaling["preview-cpu"], min_workers: 3, target_wait_seconds: 7, paused: true };
    await api.call("POST /admin/scaling", { token: site.token, body: rule });
    const queue = "preview-cpu";
    const { value, samples } = await waitUntil(
      () => scrape(origin),
      (now) => now.value("hivesync_desired_workers", { queue }) === 3,
    );
    expect(value("hivesync_queue_jobs", { queue, state: "undispatched" })).toBeGreaterThan(0);
    expect(value("hivesync_queue_oldest_waiting_seconds", { queue })).toBeGreaterThanOrEqual(0);
    expect(value("hivesync_queue_target_wait_seconds", { queue })).toBe(7);
    expect(value("hivesync_queue_paused", { queue })).toBe(1);
    expect(value("hivesync_queue_workers", { queue })).toBe(0);
    expect(value("hivesync_workers", { kind: "cpu" })).toBe(0);
    expect(value("hivesync_workers", { kind: "gpu" })).toBe(1);
    const told = samples.filter(({ name }) => name === "hivesync_desired_workers").map(({ labels }) => labels["queue"]);
    expect(told).toEqual(queueNames);
  });

  test("the pool of connections is told, and the parts that the API stands on", async () => {
    const { value } = await scrape(origin);
    expect(value("hivesync_database_pool_size")).toBe(5);
    expect(value("hivesync_database_connections", { state: "open" })).toBeGreaterThan(0);
    expect(value("hivesync_database_connections", { state: "busy" })).toBeGreaterThanOrEqual(0);
    expect(value("hivesync_database_connection_failures_total")).toBe(0);
    for (const dependency of ["database", "redis", "storage"])
      expect(value("hivesync_dependency_up", { dependency })).toBe(1);
  });

  test("while Redis is away the rest is told, and what only it knows is not told at all", async () => {
    await using alone = await startTestApi({ ...counting, HIVESYNC_REDIS_URL: "redis://127.0.0.1:1" }, api.stack);
    const { response, value, samples } = await scrape(await alone.listen());
    expect(response.status).toBe(200);
    expect(value("hivesync_dependency_up", { dependency: "redis" })).toBe(0);
    expect(value("hivesync_dependency_up", { dependency: "database" })).toBe(1);
    expect(samples.filter(({ name }) => /^hivesync_(queue|workers|desired)/.test(name))).toEqual([]);
  });

  test("while the database is away too", async () => {
    const away = { ...counting, HIVESYNC_DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" };
    await using alone = await startTestApi(away, api.stack);
    const { response, value, samples } = await scrape(await alone.listen());
    expect(response.status).toBe(200);
    expect(value("hivesync_dependency_up", { dependency: "database" })).toBe(0);
    expect(value("hivesync_dependency_up", { dependency: "redis" })).toBe(1);
    expect(value("hivesync_workers", { kind: "gpu" })).toBeGreaterThanOrEqual(0);
    expect(value("hivesync_database_connection_failures_total")).toBeGreaterThan(0);
    expect(samples.filter(({ name }) => name.startsWith("hivesync_queue"))).toEqual([]);
  });
});

test("a label is never what a caller or a row made up: no id, name, address or word of theirs", async () => {
  const odd = `odd${newId().slice(-8)}`;
  for (const path of [
    `/projects/${project.id}`,
    `/projects/${odd}`,
    `/${odd}`,
    `/preview/${newId()}`,
    `/teams/${teamId}/members`,
  ])
    await api.call(`GET ${path}?q=${odd}`, { token: owner.token });
  for (const path of [`${odd}.list`, `projects.${odd}`, Array.from({ length: 400 }, () => odd).join(",")])
    await trpc(path);
  await api.call("POST /auth/login", { body: { email: owner.email, password: odd } });
  const { text, samples } = await scrape(origin);
  for (const made of [
    odd,
    project.id,
    teamId,
    owner.id,
    owner.email,
    owner.username,
    owner.token,
    api.stack.redisPrefix,
  ])
    expect(text).not.toContain(made);
  const values = samples.flatMap(({ labels }) => Object.values(labels));
  expect(values.filter((value) => /[0-9a-f]{8}-[0-9a-f]{4}|@/.test(value))).toEqual([]);
  const routes = new Set(samples.flatMap(({ labels }) => labels["route"] ?? []));
  expect([...routes].filter((route) => route !== "none" && !route.startsWith("/"))).toEqual([]);
});
