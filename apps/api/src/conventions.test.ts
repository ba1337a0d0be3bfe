import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { exampleIds } from "@hivesync/contracts/example-ids";
import type { Page } from "@hivesync/contracts/pagination";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import * as fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { shapedInput } from "#testing/arbitrary-input.ts";
import { arrangeStory } from "#testing/arrange-story.ts";
import { exampleCall } from "#testing/example-call.ts";
import { expectRefusal, readTables } from "#testing/expect-refusal.ts";
import { startTestApi, type Answer, type CallOptions } from "#testing/start-test-api.ts";
import { answersOneResource } from "./etag.ts";
import { takesIdempotencyKey } from "./idempotency.ts";
import { allOperations } from "./router.ts";

// What holds at every endpoint of a kind, shown at each of them: a new endpoint is among them by its contract and its example alone.

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();
const story = await arrangeStory(api);
beforeEach(() => story.begin());

type Input = Record<string, unknown>;
type Row = [rest: Endpoint["rest"], contract: Endpoint];

const contracts = allOperations.map(({ contract }) => contract);

/** The endpoints of a kind, for `test.each`; there must be some. */
function those(are: (contract: Endpoint) => boolean): Row[] {
  const rows = contracts.filter(are).map((contract): Row => [contract.rest, contract]);
  if (rows.length === 0) throw new Error("no endpoint is of this kind");
  return rows;
}

const methodOf = ({ rest }: Endpoint): string => parseRest(rest).method;
const isList = ({ output }: Endpoint): boolean => "shape" in output && "next_cursor" in (output.shape as object);
/** Ada, or who runs the site where only that one may call. */
const tokenFor = ({ access }: Endpoint): string => (access.kind === "site" ? story.siteToken : story.token);

/** Where the example is of no use here. */
function inputOf(contract: Endpoint): Input {
  // The links of a job that is ready are signed anew for each reader: it is never the same twice.
  if (contract.rest === "GET /preview/{id}") return { id: exampleIds.runningPreview };
  if (contract.rest === "GET /ai/jobs/{id}") return { id: exampleIds.runningAiJob };
  return contract.example.input;
}

const requestId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The example of a contract, called by who may. */
async function callExample(contract: Endpoint, options: CallOptions & { input?: Input } = {}): Promise<Answer> {
  const { input = inputOf(contract), ...rest } = options;
  const { request, ...body } = exampleCall(contract, input);
  const answer = await api.call(request, { token: tokenFor(contract), ...body, ...rest });
  expect(answer.headers["x-request-id"]).toMatch(requestId);
  return answer;
}

/** The same over the network, for answers that are no JSON. */
function fetchExample(contract: Endpoint, method: string, headers: Record<string, string> = {}): Promise<Response> {
  const { request } = exampleCall(contract, inputOf(contract));
  const [, path = ""] = request.split(" ");
  return fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${tokenFor(contract)}`, ...headers },
  });
}

const etagOf = ({ headers }: Answer): string => String(headers["etag"]);

describe("GET of one resource", () => {
  const readers = those((contract) => methodOf(contract) === "GET" && answersOneResource(contract));

  test.each(readers)("%s has an ETag, and sends nothing to whom has it, however it is named", async (_, contract) => {
    const answer = await callExample(contract);
    expect(answer.status).toBe(200);
    const etag = etagOf(answer);
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(answer.headers["cache-control"]).toBe("private, no-cache");
    for (const named of [etag, `W/${etag}`, `"another", ${etag}`, "*"]) {
      for (const method of ["GET", "HEAD"]) {
        const again = await fetchExample(contract, method, { "if-none-match": named });
        expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
        expect(again.headers.get("x-request-id")).toMatch(requestId);
      }
    }
    for (const named of ['"another"', etag.slice(1, -1), ""]) {
      const again = await callExample(contract, { headers: { "if-none-match": named } });
      expect({ status: again.status, body: again.body }).toEqual({ status: 200, body: answer.body });
    }
  });
});

describe("HEAD", () => {
  const readable = those((contract) => methodOf(contract) === "GET" && contract.kind === "query");

  test.each(readable)("of %s says what GET says, without a body", async (_, contract) => {
    const got = await fetchExample(contract, "GET");
    const head = await fetchExample(contract, "HEAD");
    expect([head.status, await head.text()]).toEqual([got.status, ""]);
    const body = await got.arrayBuffer();
    expect(Number(head.headers.get("content-length"))).toBe(body.byteLength);
    for (const name of ["content-type", "etag", "cache-control"])
      expect(head.headers.get(name)).toBe(got.headers.get(name));
    expect(head.headers.get("x-request-id")).toMatch(requestId);
  });
});

describe("PATCH", () => {
  const patches = those((contract) => methodOf(contract) === "PATCH");
  const pathOf = ({ rest }: Endpoint): string => parseRest(rest).path;
  const readerOf = (patch: Endpoint): Endpoint | undefined =>
    contracts.find((contract) => methodOf(contract) === "GET" && pathOf(contract) === pathOf(patch));
  const makerOf = (patch: Endpoint): Endpoint | undefined =>
    contracts.find(({ status, output }) => status === 201 && output === patch.output);

  test.each(patches)("%s tells in its contract that it honours If-Match", (_, { errors }) => {
    expect(errors).toContain("PRECONDITION_FAILED");
  });

  test.each(patches)("%s changes what the caller has read, and nothing that it has not", async (_, patch) => {
    const reader = readerOf(patch);
    const first = await callExample(reader ?? patch);
    const change = (named: string) => callExample(patch, { headers: { "if-match": named } });
    const changed = await change(etagOf(first));
    expect(changed.status).toBe(200);
    const current = etagOf(changed);
    expect(reader ? etagOf(await callExample(reader)) : current).toBe(current);
    const { request, ...body } = exampleCall(patch);
    const stale = [
      '"another"',
      '"another", W/"third"',
      current.slice(1, -1),
      "",
      ...(etagOf(first) === current ? [] : [etagOf(first)]),
    ];
    for (const named of stale) {
      const refusal = { token: story.token, ...body, headers: { "if-match": named } };
      await expectRefusal(api, request, { ...refusal, code: "PRECONDITION_FAILED" });
    }
    for (const named of [current, `W/${current}`, `"another", ${current}`, "*"]) {
      // Each change may make another ETag.
      await story.begin();
      const { headers } = await callExample(patch);
      const renamed = named.replace(current, String(headers["etag"]));
      expect((await change(renamed)).status).toBe(200);
    }
  });

  test.each(patches.filter(([, patch]) => makerOf(patch)))(
    "%s takes the ETag that the making of the resource answered, until it is changed",
    async (_, patch) => {
      const maker = makerOf(patch);
      if (!maker) return;
      const made = await callExample(maker);
      expect(made.status).toBe(201);
      // What names the resource stands in it under the same names.
      const input = { ...patch.example.input, ...pick(made.body.data, parseRest(patch.rest).parameters) };
      const headers = { "if-match": etagOf(made) };
      const changed = await callExample(patch, { input, headers });
      expect(changed.status).toBe(200);
      expect(etagOf(changed)).not.toBe(etagOf(made));
      const { request, ...body } = exampleCall(patch, input);
      await expectRefusal(api, request, { token: story.token, ...body, headers, code: "PRECONDITION_FAILED" });
    },
  );
});

function pick(data: Input, names: readonly string[]): Input {
  return Object.fromEntries(names.map((name) => [name, data[name]]));
}

/** More of everything that is listed, some of it made in the same millisecond. */
async function makeMany(): Promise<void> {
  const { ada, team, project } = exampleIds;
  const copies = api.sql`generate_series(1, 6) AS n, LATERAL (SELECT now() - make_interval(secs => n / 3) AS at) AS made`;
  await api.sql`INSERT INTO projects (id, team_id, name, created_at) SELECT gen_random_uuid(), ${team}, 'P' || n, at FROM ${copies}`;
  await api.sql`INSERT INTO tasks (id, project_id, title, created_at) SELECT gen_random_uuid(), ${project}, 'T' || n, at FROM ${copies}`;
  await api.sql`INSERT INTO comments (id, project_id, content, created_at) SELECT gen_random_uuid(), ${project}, 'C' || n, at FROM ${copies}`;
  await api.sql`
    INSERT INTO preview_sessions (id, project_id, token_hash, queue, priority, input_key, created_at, expires_at)
    SELECT gen_random_uuid(), ${project}, '-', 'preview-cpu', 8, '-', at, now() + interval '1 hour' FROM ${copies}`;
  await api.sql`
    INSERT INTO ai_jobs (id, project_id, job_type, queue, priority, input_key, created_at)
    SELECT gen_random_uuid(), ${project}, 'explain', 'ai-cpu', 8, '-', at FROM ${copies}`;
  await api.sql`
    INSERT INTO repo_syncs (id, project_id, repo_url, priority, input_key, status, completed_at, created_at)
    SELECT gen_random_uuid(), ${project}, '-', 8, '-', 'CANCELLED', at, at FROM ${copies}`;
  await api.sql`
    INSERT INTO notifications (id, user_id, seq, type, created_at) SELECT gen_random_uuid(), ${ada}, n + 1, 'preview_ready', at FROM ${copies}`;
  await api.sql`
    INSERT INTO sessions (id, user_id, client_name, expires_at, created_at)
    SELECT gen_random_uuid(), ${ada}, 'S' || n, now() + interval '1 hour', at FROM ${copies}`;
  await api.sql`
    WITH made AS (
      INSERT INTO users (id, username, email, password_hash)
      SELECT gen_random_uuid(), 'user' || n, 'user' || n || '@example.com', '-' FROM ${copies} RETURNING id, username)
    INSERT INTO team_members (id, team_id, user_id, role) SELECT gen_random_uuid(), ${team}, id, 'Member' FROM made`;
  await api.sql`
    WITH made AS (
      INSERT INTO teams (id, owner_id, name, created_at) SELECT gen_random_uuid(), ${ada}, 'G' || n, at FROM ${copies} RETURNING id)
    INSERT INTO team_members (id, team_id, user_id, role) SELECT gen_random_uuid(), id, ${ada}, 'Owner' FROM made`;
}

interface Item {
  id?: string;
  job_id?: string;
  sync_id?: string;
  created_at: string;
}
const idOf = (item: Item): string => item.job_id ?? item.sync_id ?? item.id ?? "";

describe("lists", () => {
  const lists = those(isList);

  /** The list with nothing filtered out of it. */
  async function pageOf(contract: Endpoint, asked: Input): Promise<Page<Item>> {
    const input = { ...pick(contract.example.input, parseRest(contract.rest).parameters), ...asked };
    const answer = await callExample(contract, { input });
    expect(answer.status).toBe(200);
    return answer.body.data;
  }

  async function walk(contract: Endpoint, next: (page: Page<Item>, seen: number) => Input): Promise<string[]> {
    const seen: string[] = [];
    let page = await pageOf(contract, { limit: 2 });
    for (;;) {
      seen.push(...page.items.map(idOf));
      expect(page.limit).toBe(2);
      expect(page.next_cursor === null).toBe(!page.has_more);
      if (!page.has_more) return seen;
      expect(page.items).toHaveLength(2);
      page = await pageOf(contract, { limit: 2, ...next(page, seen.length) });
    }
  }

  test.each(lists)("%s is newest first, and the same whole, by offset and by cursor", async (_, contract) => {
    await makeMany();
    const whole = await pageOf(contract, { limit: 100 });
    expect(whole).toMatchObject({ limit: 100, offset: 0, has_more: false, next_cursor: null });
    expect(whole.items.length).toBeGreaterThan(5);
    const times = whole.items.map((item) => item.created_at);
    expect(times).toEqual(times.toSorted().toReversed());
    const ids = whole.items.map(idOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await walk(contract, (page) => ({ cursor: page.next_cursor }))).toEqual(ids);
    expect(await walk(contract, (_page, seen) => ({ offset: seen }))).toEqual(ids);
    expect((await pageOf(contract, {})).limit).toBe(50);
    const beyond = await pageOf(contract, { offset: 10_000 });
    expect(beyond).toMatchObject({ items: [], offset: 10_000, has_more: false, next_cursor: null });
  });

  const wrong = [
    "limit=0",
    "limit=101",
    "limit=x",
    "limit=1.5",
    "limit=",
    "limit=1&limit=2",
    "offset=-1",
    "offset=10001",
  ];
  const wrongCursors = ["garbage", "", "W10", btoa("[1,2]"), btoa(`["x","${newId()}"]`), "x".repeat(5_000)];

  test.each(lists)("%s refuses pages that there are none of, and names what is wrong", async (_, contract) => {
    const { request } = exampleCall(contract, pick(contract.example.input, parseRest(contract.rest).parameters));
    for (const query of [...wrong, ...wrongCursors.map((cursor) => `cursor=${encodeURIComponent(cursor)}`)]) {
      const [field = ""] = query.split("=");
      const refusal = { token: tokenFor(contract), code: "VALIDATION_ERROR", at: [field] } as const;
      await expectRefusal(api, `${request}?${query}`, refusal);
    }
  });
});

const mutations = those(takesIdempotencyKey);
const withKey = (key: string) => ({ headers: { "idempotency-key": key } });

/** An input that the contract takes and that is not the example's, about something that the caller may as well. */
function otherInput(contract: Endpoint): Input {
  const { access, input: schema, example } = contract;
  const scoped = "by" in access ? pick(example.input, [access.by]) : {};
  const { preview, runningPreview, aiJob, runningAiJob } = exampleIds;
  const there = "of" in access && access.of === "ai_job" ? [aiJob, runningAiJob] : [preview, runningPreview];
  // A deletion looks for what it answered before it says that there is nothing; all else is about what is there.
  const ids = methodOf(contract) === "DELETE" ? [newId()] : there;
  const isOther = (input: Input): boolean =>
    schema.safeParse(input).success && JSON.stringify(input) !== JSON.stringify(example.input);
  for (let seed = 1; seed < 100; seed += 1) {
    const [shaped = {}] = fc.sample(shapedInput(schema, ids), { numRuns: 1, seed });
    const found = [{ ...shaped, ...scoped }, shaped].find(isOther);
    if (found) return found;
  }
  throw new Error(`no other input of ${contract.rest} was found`);
}

describe("Idempotency-Key", () => {
  test.each(mutations)(
    "%s: the same call again gets the first answer, and has no other effect",
    async (_, contract) => {
      const key = newId();
      const first = await callExample(contract, withKey(key));
      expect(first.status).toBe(contract.status ?? 200);
      const before = await readTables(api.sql, []);
      const again = await callExample(contract, withKey(key));
      expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
      expect(again.headers["etag"]).toBe(first.headers["etag"]);
      expect(await readTables(api.sql, [])).toEqual(before);
    },
  );

  test.each(mutations.filter(([, { input }]) => Object.keys(input.shape).length > 0))(
    "%s: another body under the same key is refused",
    async (_, contract) => {
      const key = newId();
      expect((await callExample(contract, withKey(key))).status).toBe(contract.status ?? 200);
      const { request, ...body } = exampleCall(contract, otherInput(contract));
      const refusal = { token: tokenFor(contract), ...body, ...withKey(key), code: "IDEMPOTENCY_MISMATCH" } as const;
      await expectRefusal(api, request, refusal);
    },
  );

  test.each(mutations)("%s: while a call with the key is under way, another is refused", async (rest, contract) => {
    const key = newId();
    const caller = contract.access.kind === "site" ? exampleIds.iris : exampleIds.ada;
    const name = `${caller} ${rest} ${sha256Hex(key)}`;
    const { request, ...body } = exampleCall(contract);
    await api.sql.begin(async (transaction) => {
      // As a process holds it that is in the midst of it.
      await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
      const refusal = { token: tokenFor(contract), ...body, ...withKey(key), code: "CONFLICT" } as const;
      const refused = await expectRefusal(api, request, refusal);
      expect(refused.headers["retry-after"]).toBe("1");
    });
    expect((await callExample(contract, withKey(key))).status).toBe(contract.status ?? 200);
  });

  test.each(mutations)("%s: a key of another form is refused", async (_, contract) => {
    const { request, ...body } = exampleCall(contract);
    for (const key of ["x".repeat(15), "x".repeat(129), "x x x x x x x x x x"]) {
      const refusal = { token: tokenFor(contract), ...body, ...withKey(key), code: "VALIDATION_ERROR" } as const;
      await expectRefusal(api, request, { ...refusal, at: ["Idempotency-Key"] });
    }
  });

  test("every endpoint that changes something for a signed-in user takes one, but those of auth", () => {
    const changing = contracts.filter(({ kind, access }) => kind === "mutation" && access.kind !== "public");
    const without = changing.filter((contract) => !takesIdempotencyKey(contract)).map(({ rest }) => rest);
    expect(without.filter((rest) => !rest.includes(" /auth/"))).toEqual([]);
    expect(mutations.length).toBeGreaterThan(15);
  });
});

describe("DELETE", () => {
  test.each(those((contract) => methodOf(contract) === "DELETE"))(
    "%s answers nothing: its replay tells nothing to whom has lost the right to see",
    async (_, contract) => {
      const answer = await callExample(contract);
      expect({ status: answer.status, data: answer.body.data }).toEqual({ status: 200, data: {} });
    },
  );
});
