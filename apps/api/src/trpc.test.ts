import { errorTable } from "@hivesync/contracts/errors";
import type { AppRouter } from "@hivesync/contracts/router-type";
import type { FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import { newId } from "@hivesync/platform/ids";
import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from "@trpc/client";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { manifestOf } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const url = `${await api.listen()}/trpc`;
const { project, owner, member, stranger } = await createTeam(api);

function clientOf(token?: string, headers: Record<string, string> = {}) {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url, headers: { ...authorization, ...headers } })] });
}

const asOwner = clientOf(owner.token);

async function errorOf(call: Promise<unknown>): Promise<TRPCClientError<AppRouter>> {
  const thrown: unknown = await call.then(
    (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (thrown instanceof TRPCClientError) return thrown as TRPCClientError<AppRouter>;
  throw thrown;
}

async function post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${owner.token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

describe("the typed client", () => {
  test("makes, reads, changes, lists and deletes, and gets what REST gives", async () => {
    const made = await asOwner.projects.create.mutate({ name: "Over tRPC", metadata: { a: 1 } });
    const overRest = await api.call(`GET /projects/${made.id}`, { token: owner.token });
    expect(await asOwner.projects.get.query({ id: made.id })).toEqual(overRest.body.data);
    const changed = await asOwner.projects.update.mutate({ id: made.id, name: "Changed" });
    expect(changed.name).toBe("Changed");
    const page = await asOwner.projects.list.query({ limit: 1 });
    expect(page.items.map(({ id }) => id)).toEqual([made.id]);
    expect(await asOwner.projects.delete.mutate({ id: made.id })).toEqual({});
  });

  test("signs in, refreshes and out", async () => {
    const anyone = clientOf();
    const pair = await anyone.auth.refresh.mutate({ refresh_token: owner.refreshToken });
    const session = clientOf(pair.access_token);
    expect((await session.auth.me.query()).id).toBe(owner.id);
    const user = await api.register();
    const ending = clientOf(user.token);
    expect(await ending.auth.logout.mutate()).toEqual({});
    expect((await errorOf(ending.auth.me.query())).data?.code).toBe("AUTH_INVALID");
  });

  test("the Idempotency-Key holds here too, over both doors", async () => {
    const key = newId();
    const keyed = clientOf(owner.token, { "idempotency-key": key });
    const first = await keyed.projects.create.mutate({ name: "Once" });
    expect((await keyed.projects.create.mutate({ name: "Once" })).id).toBe(first.id);
    const overRest = await api.call("POST /projects", {
      token: owner.token,
      body: { name: "Once" },
      headers: { "idempotency-key": key },
    });
    expect(overRest.body.data).toEqual(first);
  });

  test("missing files come in the details, as over REST", async () => {
    const error = await errorOf(
      asOwner.previews.request.mutate({ project_id: project.id, files: manifestOf({ "a.html": newId() }) }),
    );
    const details = error.data?.details as FilesMissingDetails;
    expect(error.data).toMatchObject({ code: "FILES_MISSING", httpStatus: 409 });
    expect(details.missing).toHaveLength(1);
  });
});

describe("errors", () => {
  test("carry code, message and details of the table, as over REST", async () => {
    const error = await errorOf(asOwner.projects.create.mutate({ name: "" }));
    const { body } = await api.call("POST /projects", { token: owner.token, body: { name: "" } });
    expect(error.data).toEqual({ ...body.error, httpStatus: 400 });
    expect(error.message).toBe(errorTable.VALIDATION_ERROR.message);
  });

  test.each([
    ["AUTH_INVALID", () => clientOf().projects.list.query({})],
    ["AUTH_INVALID", () => clientOf("x.y.z").projects.list.query({})],
    ["NOT_FOUND", () => clientOf(stranger.token).projects.get.query({ id: project.id })],
    ["FORBIDDEN", () => clientOf(member.token).projects.update.mutate({ id: project.id })],
    ["VALIDATION_ERROR", () => asOwner.projects.list.query({ limit: 0 })],
    [
      "CONFLICT",
      () => clientOf().auth.register.mutate({ email: owner.email, username: "other_name", password: "long enough 1" }),
    ],
  ] as const)("%s has the status of the table", async (code, call) => {
    const { data } = await errorOf(call());
    expect(data).toMatchObject({ code, httpStatus: errorTable[code].status });
  });

  test("RATE_LIMITED names its numbers", async () => {
    const user = await api.register();
    await api.deps.redis.set(`${api.stack.redisPrefix}rate_limit:${user.id}:general`, 600, "EX", 60);
    const { data } = await errorOf(clientOf(user.token).auth.me.query());
    expect(data).toMatchObject({ code: "RATE_LIMITED", httpStatus: 429, details: { limit: 600, remaining: 0 } });
  });

  const malformed = [
    { what: "an unknown procedure", path: "projects.nothing", code: "NOT_FOUND" },
    { what: "a procedure of every object", path: "constructor", code: "NOT_FOUND" },
    { what: "a query by POST", path: "projects.list", body: "{}", code: "METHOD_NOT_ALLOWED" },
    { what: "a mutation by GET", path: "projects.create", code: "METHOD_NOT_ALLOWED" },
    { what: "broken JSON", path: "projects.create", body: "{", code: "VALIDATION_ERROR" },
    { what: "input that is no JSON", path: "projects.list?input={", code: "VALIDATION_ERROR" },
  ] as const;
  test.each(malformed)("$what gets a code of our table and no stack", async ({ path, code, ...call }) => {
    const body = "body" in call ? call.body : null;
    const response = await fetch(`${url}/${path}`, {
      method: body === null ? "GET" : "POST",
      headers: { authorization: `Bearer ${owner.token}`, "content-type": "application/json" },
      body,
    });
    const { status } = errorTable[code];
    expect(response.status).toBe(status);
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: { data: { code, httpStatus: status } } });
    expect(text).not.toMatch(/stack|node_modules|\.ts:/);
  });
});

describe("batches", () => {
  const batching = (items: number) => {
    const client = createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url, headers: { authorization: `Bearer ${owner.token}` }, maxItems: 100 })],
    });
    return Promise.all(Array.from({ length: items }, () => client.projects.get.query({ id: project.id })));
  };

  test("of twenty queries are answered, each counted", async () => {
    const key = `${api.stack.redisPrefix}rate_limit:${owner.id}:general`;
    const before = Number(await api.deps.redis.get(key));
    const projects = await batching(20);
    expect(projects.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, () => project.id));
    expect(Number(await api.deps.redis.get(key))).toBe(before + 20);
  });

  test("of twenty-one are refused whole", async () => {
    const error = await errorOf(batching(21));
    expect(error.data).toMatchObject({ code: "VALIDATION_ERROR", httpStatus: 400 });
  });

  test("of mutations are refused, and do nothing", async () => {
    const count = () => api.sql`SELECT id FROM projects`;
    const before = await count();
    const { status, body } = await post("projects.create,projects.create?batch=1", {
      0: { name: "one" },
      1: { name: "two" },
    });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain("VALIDATION_ERROR");
    expect((await post("projects.create?batch=1", { 0: { name: "one" } })).status).toBe(400);
    expect(await count()).toEqual(before);
  });

  test("with one bad call answer the others", async () => {
    const client = createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url, headers: { authorization: `Bearer ${owner.token}` } })],
    });
    const [good, bad] = await Promise.allSettled([
      client.projects.get.query({ id: project.id }),
      client.projects.get.query({ id: newId() }),
    ]);
    expect([good.status, bad.status]).toEqual(["fulfilled", "rejected"]);
  });
});

describe("body limits", () => {
  const large = "x".repeat(2 * 1024 * 1024);

  test("1 MiB everywhere but at previews.request", async () => {
    const { status, body } = await post("projects.create", { name: large });
    expect(status).toBe(413);
    expect(JSON.stringify(body)).toContain("PAYLOAD_TOO_LARGE");
    const manifest = await post("previews.request", { project_id: large, files: [] });
    expect(manifest).toMatchObject({ status: 400, body: { error: { data: { code: "VALIDATION_ERROR" } } } });
  });

  test("16 MiB at previews.request", async () => {
    const { status } = await post("previews.request", { project_id: "x".repeat(16 * 1024 * 1024) });
    expect(status).toBe(413);
  });

  test("a name that only begins like it, and a batch with it, have the small one", async () => {
    expect((await post("previews.request,projects.create?batch=1", { 0: { project_id: large } })).status).toBe(413);
  });
});

describe("what is not there", () => {
  test("callbacks are for workers alone, over REST", async () => {
    for (const name of ["receive", "receivePreview", "receiveAi", "receiveRepo"])
      expect((await post(`callbacks.${name}`, {})).status).toBe(404);
    const response = await fetch(`${url}/callbacks.receive`);
    expect(response.status).toBe(404);
    await response.text();
  });

  test("a token in connectionParams is refused, not read", async () => {
    const response = await fetch(
      `${url}/auth.me?connectionParams=${encodeURIComponent(JSON.stringify({ authorization: `Bearer ${owner.token}` }))}`,
    );
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("connectionParams are not taken");
  });
});
