import type { AuditEntry } from "@hivesync/contracts/operator";
import type { Page } from "@hivesync/contracts/pagination";
import { newId } from "@hivesync/platform/ids";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { audit } from "#audit.ts";
import { setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const [site, user] = await Promise.all([api.register("site"), api.register("user")]);
await setTier(api, site, "Admin");
const origin = await api.listen();
beforeEach(() => api.sql`DELETE FROM audit_logs`.then(() => undefined));

async function list(query: Record<string, string> = {}): Promise<Page<AuditEntry>> {
  const answer = await api.call(`GET /admin/audit?${new URLSearchParams(query).toString()}`, { token: site.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}
const typesOf = async (query: Record<string, string>): Promise<string[]> =>
  (await list(query)).items.map((entry) => entry.event_type);

const projectId = newId();
/** Entries of these types, the first the oldest, an hour between one and the next. */
async function insert(...entries: { type: string; user?: string; actor?: string; project?: string }[]): Promise<void> {
  for (const [index, { type, user: concerned, actor, project }] of entries.entries())
    await api.sql`
      INSERT INTO audit_logs (id, event_type, user_id, actor_id, project_id, metadata, created_at)
      VALUES (${newId()}, ${type}, ${concerned ?? null}, ${actor ?? null}, ${project ?? null}, '{"n": 1}',
        ${`2026-03-01T0${index}:00:00.000Z`})`;
}

/** The same as lines of JSON. */
function exportAll(query = "", headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${origin}/api/v1/admin/audit?${query}`, {
    headers: { authorization: `Bearer ${site.token}`, accept: "application/x-ndjson", ...headers },
  });
}
const linesOf = (text: string): AuditEntry[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AuditEntry);

describe("200", () => {
  test("what was done is there, with whom it concerns and who did it", async () => {
    await api.call(`POST /admin/users/${user.id}/tier`, { token: site.token, body: { tier: "Pro" } });
    expect((await list({ user_id: user.id })).items).toEqual([
      {
        id: expect.any(String) as string,
        event_type: "tier_changed",
        user_id: user.id,
        actor_id: site.id,
        project_id: null,
        metadata: { old: "Free", new: "Pro" },
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as string,
      },
    ]);
  });

  test.each<[Record<string, string>, string[]]>([
    [{}, ["d", "c", "b", "a"]],
    [{ event_type: "b" }, ["b"]],
    [{ user_id: user.id }, ["c", "a"]],
    [{ user_id: user.id.toUpperCase() }, ["c", "a"]],
    [{ actor_id: user.id }, ["b"]],
    [{ project_id: projectId }, ["d"]],
    [{ user_id: user.id, event_type: "a" }, ["a"]],
    [{ from: "2026-03-01T01:00:00.000Z", to: "2026-03-01T03:00:00.000Z" }, ["c", "b"]],
    [{ from: "2026-03-01T02:30:00.000Z" }, ["d"]],
    [{ to: "2026-03-01T00:00:00.000Z" }, []],
    [{ user_id: user.id, from: "2026-03-01T01:00:00.000Z" }, ["c"]],
    [{ event_type: "nothing" }, []],
  ])("%o narrows the list", async (query, types) => {
    await insert(
      { type: "a", user: user.id },
      { type: "b", user: site.id, actor: user.id },
      { type: "c", user: user.id, actor: site.id },
      { type: "d", project: projectId },
    );
    expect(await typesOf(query)).toEqual(types);
  });

  test("a page in the middle of a time range goes on where the one before it ended", async () => {
    await insert({ type: "a" }, { type: "b" }, { type: "c" }, { type: "d" });
    const range = { from: "2026-03-01T01:00:00.000Z", limit: "1" };
    const first = await list(range);
    expect(first.items.map((entry) => entry.event_type)).toEqual(["d"]);
    expect(await typesOf({ ...range, cursor: first.next_cursor ?? "" })).toEqual(["c"]);
  });
});

describe("200 as lines", () => {
  test("every entry is one line, as the list has it and in its order, to be saved as a file", async () => {
    await insert({ type: "a" }, { type: "b" }, { type: "c" });
    const listed = (await list()).items;
    const answer = await exportAll();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="audit-\d{8}T\d{6}Z\.ndjson"$/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(linesOf(await answer.text())).toEqual(listed);
  });

  test("filters hold, and who exported what is audited, beyond what was exported", async () => {
    await insert({ type: "a", user: user.id }, { type: "b" }, { type: "a" });
    const answer = await exportAll(`event_type=a&from=2026-03-01T01:00:00.000Z`);
    expect(linesOf(await answer.text()).map((entry) => entry.created_at)).toEqual(["2026-03-01T02:00:00.000Z"]);
    const [entry] = (await list({ event_type: "audit_exported" })).items;
    expect(entry).toMatchObject({
      actor_id: site.id,
      user_id: null,
      metadata: { filters: { event_type: "a", from: "2026-03-01T01:00:00.000Z" } },
    });
  });

  test("a cursor says where to begin, as for the list", async () => {
    await insert({ type: "a" }, { type: "b" }, { type: "c" });
    const { next_cursor: cursor } = await list({ limit: "1" });
    const answer = await exportAll(`cursor=${cursor ?? ""}`);
    expect(linesOf(await answer.text()).map((entry) => entry.event_type)).toEqual(["b", "a"]);
  });

  test("of nothing it is nothing, and ends", async () => {
    const answer = await exportAll("event_type=nothing");
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });

  test.each([
    ["application/json", false],
    ["*/*", false],
    ["application/x-ndjson;q=0", false],
    ["application/json, application/x-ndjson;q=0.5", false],
    ["application/x-ndjson, application/json;q=0.9", true],
    ["text/html, Application/X-NDJSON", true],
  ])("whoever accepts %s gets lines: %s", async (accept, isLines) => {
    const answer = await exportAll("", { accept });
    await answer.text();
    expect(answer.headers.get("content-type")?.startsWith("application/x-ndjson")).toBe(isLines);
  });

  test("other lists know no lines", async () => {
    const headers = { authorization: `Bearer ${site.token}`, accept: "application/x-ndjson" };
    const answer = await fetch(`${origin}/api/v1/admin/users`, { headers });
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    await answer.text();
  });
});

describe("400", () => {
  test.each([
    ["an id", "user_id=me", "user_id"],
    ["an actor's id", "actor_id=me", "actor_id"],
    ["a project's id", "project_id=it", "project_id"],
    ["a time", "from=yesterday", "from"],
    ["a year", "to=0000-01-01T00:00:00.000Z", "to"],
    ["an event type", "event_type=", "event_type"],
  ])("%s that is none is refused, and named", async (_, query, at) => {
    await expectRefusal(api, `GET /admin/audit?${query}`, { token: site.token, code: "VALIDATION_ERROR", at: [at] });
  });

  test("an export has no pages: limit and offset are refused, in the envelope", async () => {
    const headers = { accept: "application/x-ndjson" };
    const refusal = { token: site.token, headers, code: "VALIDATION_ERROR" } as const;
    await expectRefusal(api, "GET /admin/audit?limit=5&offset=0", { ...refusal, at: ["limit", "offset"] });
    await expectRefusal(api, "GET /admin/audit?limit=0", { ...refusal, at: ["limit"] });
    await expectRefusal(api, "GET /admin/audit?user_id=me", { ...refusal, at: ["user_id"] });
  });
});

describe("403", () => {
  test("nobody else reads or exports it, and no such try is an export", async () => {
    await audit(api.deps.db, { event_type: "sign_out" });
    for (const accept of ["application/json", "application/x-ndjson"])
      await expectRefusal(api, "GET /admin/audit", { token: user.token, headers: { accept }, code: "FORBIDDEN" });
  });
});
