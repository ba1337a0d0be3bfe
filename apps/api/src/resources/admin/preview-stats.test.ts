import type { JobStats } from "@hivesync/contracts/operator";
import { maxStatsBuckets } from "@hivesync/contracts/operator";
import { newId } from "@hivesync/platform/ids";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createProject, setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const [site, free, pro] = await Promise.all([api.register("site"), api.register("free"), api.register("pro")]);
await setTier(api, site, "Admin");
await setTier(api, pro, "Pro");
const { id: projectId } = await createProject(api, free);
beforeEach(() => api.sql`DELETE FROM preview_sessions`.then(() => undefined));

interface Job {
  at: string;
  status?: string;
  by?: string | null;
  waited?: number | null;
  ran?: number | null;
  error?: { code: string; message: string };
}

/** A preview as its row stands at last: asked for `at`, begun so many seconds later, ended so many after that. */
async function insert({ at, status = "COMPLETED", by = free.id, waited = 1, ran = 2, error }: Job): Promise<void> {
  const started = waited === null ? null : new Date(Date.parse(at) + waited * 1_000).toISOString();
  const isOpen = status === "QUEUED" || status === "RUNNING";
  const ended = isOpen ? null : new Date(Date.parse(started ?? at) + (ran ?? 0) * 1_000).toISOString();
  const failure = status === "FAILED" ? { details: null, ...(error ?? { code: "X", message: "x" }) } : null;
  await api.sql`
    INSERT INTO preview_sessions
      (id, project_id, requested_by, token_hash, queue, priority, input_key, bundle_url, status, error, error_message,
       created_at, started_at, completed_at, expires_at)
    VALUES
      (${newId()}, ${projectId}, ${by}, '-', 'preview-cpu', 8, '-', '-', ${status}, ${failure && api.sql.json(failure)},
       ${failure?.message ?? null}, ${at}, ${started}, ${ended}, now() + interval '1 hour')`;
}

async function stats(query: Record<string, string>): Promise<JobStats> {
  const search = new URLSearchParams(query).toString();
  const answer = await api.call(`GET /admin/stats/previews?${search}`, { token: site.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}
const morning = { from: "2026-03-01T10:00:00.000Z", to: "2026-03-01T12:00:00.000Z" };

describe("200", () => {
  test("counts by status and by the tier that requesters have now, null for those who are gone", async () => {
    const at = "2026-03-01T10:30:00.000Z";
    for (const status of ["COMPLETED", "COMPLETED", "FAILED", "CANCELLED"]) await insert({ at, status });
    await insert({ at, status: "QUEUED", waited: null, by: pro.id });
    await insert({ at, status: "RUNNING", by: pro.id });
    await insert({ at, status: "FAILED", by: pro.id });
    await insert({ at, by: null });
    const { total, by_status: byStatus, by_tier: byTier } = await stats(morning);
    expect(total).toBe(8);
    expect(byStatus).toEqual({ QUEUED: 1, RUNNING: 1, COMPLETED: 3, FAILED: 2, CANCELLED: 1 });
    expect(byTier).toEqual([
      { tier: "Free", total: 4, failed: 1 },
      { tier: "Pro", total: 3, failed: 1 },
      { tier: null, total: 1, failed: 0 },
    ]);
  });

  test("waits and runs by continuous percentiles, of those alone that began and ended", async () => {
    const at = "2026-03-01T10:30:00.000Z";
    for (const [waited, ran] of [
      [0, 10],
      [1, 20],
      [2, 30],
      [3, 40],
      [10, 50],
    ])
      await insert({ at, waited: waited ?? 0, ran: ran ?? 0 });
    await insert({ at, status: "QUEUED", waited: null });
    await insert({ at, status: "CANCELLED", waited: null, ran: null });
    const { wait_seconds: wait, run_seconds: run, series } = await stats(morning);
    expect([wait.p50, run.p50]).toEqual([2, 30]);
    expect(wait.p95).toBeCloseTo(8.6, 6);
    expect(run.p95).toBeCloseTo(48, 6);
    expect(series[0]?.wait_p95).toBeCloseTo(8.6, 6);
    expect(series[0]?.run_p95).toBeCloseTo(48, 6);
  });

  test("a clock that runs behind makes no wait shorter than none", async () => {
    await insert({ at: "2026-03-01T10:30:00.000Z", waited: -0.4, ran: 1 });
    expect((await stats(morning)).wait_seconds).toEqual({ p50: 0, p95: 0 });
  });

  test("the range has its first moment and not its last", async () => {
    for (const at of ["2026-03-01T09:59:59.999Z", morning.from, "2026-03-01T11:59:59.999Z", morning.to])
      await insert({ at });
    expect((await stats(morning)).total).toBe(2);
  });

  test("the series has every step that the range touches, those without a job too", async () => {
    await insert({ at: "2026-03-01T10:20:00.000Z" });
    await insert({ at: "2026-03-01T12:59:00.000Z", status: "FAILED" });
    await insert({ at: "2026-03-01T12:59:00.000Z", status: "CANCELLED" });
    await insert({ at: "2026-03-01T12:59:00.000Z", status: "RUNNING" });
    const range = { from: "2026-03-01T10:15:00.000Z", to: "2026-03-01T13:00:00.000Z" };
    const none = { completed: 0, failed: 0, cancelled: 0, open: 0, wait_p95: null, run_p95: null };
    expect((await stats(range)).series).toEqual([
      { ...none, at: "2026-03-01T10:00:00.000Z", completed: 1, wait_p95: 1, run_p95: 2 },
      { ...none, at: "2026-03-01T11:00:00.000Z" },
      { ...none, at: "2026-03-01T12:00:00.000Z", failed: 1, cancelled: 1, open: 1, wait_p95: 1, run_p95: 2 },
    ]);
  });

  test.each<[string, { from: string; to: string }, string[]]>([
    [
      "minute",
      { from: "2026-02-28T23:58:30.000Z", to: "2026-03-01T00:00:30.000Z" },
      ["23:58:00", "23:59:00", "00:00:00"],
    ],
    [
      "hour",
      { from: "2026-02-28T22:00:00.000Z", to: "2026-03-01T00:00:00.001Z" },
      ["22:00:00", "23:00:00", "00:00:00"],
    ],
    ["day", { from: "2026-02-27T12:00:00.000Z", to: "2026-03-01T12:00:00.000Z" }, ["00:00:00", "00:00:00", "00:00:00"]],
  ])("steps of a %s begin at full ones of UTC", async (bucket, range, times) => {
    const { series } = await stats({ ...range, bucket });
    expect(series.map(({ at }) => at.slice(11, 19))).toEqual(times);
  });

  test("without a range it is the day up to now, by the hour", async () => {
    await insert({ at: new Date(Date.now() - 60_000).toISOString() });
    await insert({ at: new Date(Date.now() - 25 * 3_600_000).toISOString() });
    const found = await stats({});
    expect(found).toMatchObject({ total: 1, bucket: "hour" });
    expect(Date.parse(found.to) - Date.parse(found.from)).toBe(86_400_000);
    expect(Math.abs(Date.parse(found.to) - Date.now())).toBeLessThan(60_000);
  });

  test("failures by code and the first line of their message, the most frequent twenty", async () => {
    const at = "2026-03-01T10:30:00.000Z";
    const failed = (code: string, message: string) => insert({ at, status: "FAILED", error: { code, message } });
    for (const place of ["App.tsx:1", "App.tsx:2", "App.tsx:3"])
      await failed("PREVIEW_BUILD_FAILED", `Could not resolve "./itme".\r\n    at ${place}`);
    await failed("INTERNAL_ERROR", 'Could not resolve "./itme".');
    await failed("PREVIEW_BUILD_FAILED", `\n  ${"é".repeat(300)}`);
    await failed("PREVIEW_BUILD_FAILED", "");
    for (let index = 0; index < 30; index += 1)
      await failed("PREVIEW_BUILD_FAILED", `zebra ${String(index).padStart(2, "0")}`);
    const { failures } = await stats(morning);
    expect(failures).toHaveLength(20);
    expect(failures[0]).toEqual({ code: "PREVIEW_BUILD_FAILED", message: 'Could not resolve "./itme".', count: 3 });
    expect(failures[1]).toEqual({ code: "INTERNAL_ERROR", message: 'Could not resolve "./itme".', count: 1 });
    expect(failures).toContainEqual({ code: "PREVIEW_BUILD_FAILED", message: "", count: 1 });
    for (let index = 0; index < 40; index += 1) await failed("PREVIEW_BUILD_FAILED", `\n  ${"é".repeat(300)}`);
    expect((await stats(morning)).failures[0]).toEqual({
      code: "PREVIEW_BUILD_FAILED",
      message: "é".repeat(200),
      count: 41,
    });
  });

  test("of nothing there are counts of nothing", async () => {
    const found = await stats(morning);
    const none = { p50: null, p95: null };
    expect(found).toMatchObject({
      ...morning,
      total: 0,
      by_tier: [],
      failures: [],
      wait_seconds: none,
      run_seconds: none,
    });
    expect(found.by_status).toEqual({ QUEUED: 0, RUNNING: 0, COMPLETED: 0, FAILED: 0, CANCELLED: 0 });
    expect(found.series).toHaveLength(2);
  });

  test("the longest range is taken whole", async () => {
    const from = "2026-03-01T00:00:00.000Z";
    const to = new Date(Date.parse(from) + maxStatsBuckets * 60_000).toISOString();
    expect((await stats({ from, to, bucket: "minute" })).series).toHaveLength(maxStatsBuckets);
  });
});

describe("400", () => {
  const later = new Date(Date.parse(morning.from) + maxStatsBuckets * 60_000 + 1).toISOString();

  test.each([
    ["an end before its beginning", { from: morning.to, to: morning.from }, "from"],
    ["nothing between them", { from: morning.from, to: morning.from }, "from"],
    ["a beginning in the future", { from: "2126-01-01T00:00:00.000Z" }, "from"],
    ["more steps than are shown", { from: morning.from, to: later, bucket: "minute" }, "bucket"],
    ["a step that is none", { bucket: "fortnight" }, "bucket"],
    ["a time that is none", { from: "yesterday" }, "from"],
    ["a year that the database does not know", { from: "0000-01-01T00:00:00.000Z" }, "from"],
  ])("%s is refused, and named", async (_, query, at) => {
    const search = new URLSearchParams(query as Record<string, string>).toString();
    const refusal = { token: site.token, code: "VALIDATION_ERROR", at: [at] } as const;
    await expectRefusal(api, `GET /admin/stats/previews?${search}`, refusal);
  });
});

describe("403", () => {
  test("nobody else is told", async () => {
    await expectRefusal(api, "GET /admin/stats/previews", { token: free.token, code: "FORBIDDEN" });
  });
});
