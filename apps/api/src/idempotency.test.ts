import type { Project } from "@hivesync/contracts/resources/projects";
import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { manifestOf, publish, uploadMissing } from "#testing/publish.ts";
import { startTestApi, type Answer } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const user = await api.register();
const request = "POST /projects";

function create(key: string, body: unknown = { name: "Once" }, token = user.token): Promise<Answer> {
  return api.call(request, { token, body, headers: { "idempotency-key": key } });
}

async function countProjects(): Promise<number> {
  const [row] = await api.sql<{ count: number }[]>`SELECT count(*)::int AS count FROM projects`;
  return row?.count ?? 0;
}

async function countKeys(): Promise<number> {
  const [row] = await api.sql<{ count: number }[]>`SELECT count(*)::int AS count FROM idempotency_keys`;
  return row?.count ?? 0;
}

/** Waits until a statement of the API waits for a lock. */
function waitForLock() {
  return waitUntil(
    () => api.sql`SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    (rows) => rows.length > 0,
  );
}

describe("the same key and body", () => {
  test("gets the first answer again, word for word, and has one effect", async () => {
    const key = newId();
    const before = await countProjects();
    const first = await create(key);
    const second = await create(key);
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(await countProjects()).toBe(before + 1);
  });

  test("is the same whatever the order and spacing of the body", async () => {
    const key = newId();
    const send = (raw: string) => api.call(request, { token: user.token, raw, headers: { "idempotency-key": key } });
    const first = await send('{"name":"Once","metadata":{}}');
    const second = await send('{ "metadata": {}, "name": "  Once " }');
    expect(second.body).toEqual(first.body);
  });

  test("fifty times at once has one effect, and every answer is that one or CONFLICT", async () => {
    const key = newId();
    const before = await countProjects();
    const answers = await Promise.all(Array.from({ length: 50 }, () => create(key)));
    expect(await countProjects()).toBe(before + 1);
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => (body.data as Project).id)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expectError(answer, "CONFLICT");
      expect(answer.headers["retry-after"]).toBe("1");
    }
  });

  test("is another's key in another user's hands, and at another endpoint", async () => {
    const key = newId();
    const other = await api.register();
    const mine: Project = (await create(key)).body.data;
    const theirs: Project = (await create(key, { name: "Once" }, other.token)).body.data;
    expect(theirs.id).not.toBe(mine.id);
    const changed = await api.call(`PATCH /projects/${mine.id}`, {
      token: user.token,
      body: { name: "Once" },
      headers: { "idempotency-key": key },
    });
    expect(changed.status).toBe(200);
  });

  test("is a new call after a day", async () => {
    const key = newId();
    const first: Project = (await create(key)).body.data;
    await api.sql`UPDATE idempotency_keys SET created_at = created_at - interval '25 hours'`;
    const second: Project = (await create(key)).body.data;
    expect(second.id).not.toBe(first.id);
    const third: Project = (await create(key)).body.data;
    expect(third.id).toBe(second.id);
  });

  test("of a deletion is answered as the first time, though there is nothing left to delete", async () => {
    const { id } = await createProject(api, user);
    const remove = (key: string) =>
      api.call(`DELETE /projects/${id}`, { token: user.token, headers: { "idempotency-key": key } });
    const first = await remove(`delete-${id}`);
    expect(first.status).toBe(200);
    const again = await remove(`delete-${id}`);
    expect({ status: again.status, body: again.body }).toEqual({ status: 200, body: first.body });
    expectError(await remove(`other-${id}`), "NOT_FOUND");
    const headers = { "idempotency-key": `delete-${id}` };
    expectError(await api.call(`DELETE /projects/${id}`, { headers }), "AUTH_INVALID");
    const { token } = await api.register();
    expectError(await api.call(`DELETE /projects/${id}`, { token, headers }), "NOT_FOUND");
  });
});

describe("another body", () => {
  test("is refused with IDEMPOTENCY_MISMATCH", async () => {
    const key = newId();
    await create(key);
    const headers = { "idempotency-key": key };
    await expectRefusal(api, request, {
      token: user.token,
      body: { name: "Other" },
      headers,
      code: "IDEMPOTENCY_MISMATCH",
    });
  });

  test("of a call on another project under one key is another body", async () => {
    const key = newId();
    const [one, two] = [await createProject(api, user), await createProject(api, user)];
    const headers = { "idempotency-key": key };
    const change = { token: user.token, body: { name: "x" }, headers };
    expect((await api.call(`PATCH /projects/${one.id}`, change)).status).toBe(200);
    await expectRefusal(api, `PATCH /projects/${two.id}`, { ...change, code: "IDEMPOTENCY_MISMATCH" });
  });
});

describe("a call in flight", () => {
  test("makes a second one CONFLICT, and a crash leaves no key in flight for ever", async () => {
    const project = await createProject(api, user);
    const key = newId();
    const change = () =>
      api.call(`PATCH /projects/${project.id}`, {
        token: user.token,
        body: { name: "Held" },
        headers: { "idempotency-key": key },
      });
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holding = api.sql.begin(async (transaction) => {
      await transaction`SELECT 1 FROM projects WHERE id = ${project.id} FOR UPDATE`;
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    const first = change();
    // The first call waits for the row and has its key by then.
    await waitForLock();
    expectError(await change(), "CONFLICT");
    held.resolve();
    await holding;
    expect((await first).status).toBe(200);
    expect((await change()).body).toEqual((await first).body);
  });
});

describe("nothing is stored", () => {
  test("for a call that was refused: it may be repeated with the same key", async () => {
    const key = newId();
    const headers = { "idempotency-key": key };
    const body = { name: "", team_id: undefined };
    await expectRefusal(api, request, { token: user.token, body, headers, code: "VALIDATION_ERROR" });
    const foreign = { name: "x", team_id: newId() };
    await expectRefusal(api, request, { token: user.token, body: foreign, headers, code: "NOT_FOUND" });
    expect((await create(key)).status).toBe(201);
  });

  test("for FILES_MISSING: the same key goes on after the upload", async () => {
    const { id } = await createProject(api, user);
    const page = { "index.html": newId() };
    const ask = (key: string) =>
      api.call("POST /preview/request", {
        token: user.token,
        body: { project_id: id, files: manifestOf(page) },
        headers: { "idempotency-key": key },
      });
    const key = newId();
    const missing = await ask(key);
    expectError(missing, "FILES_MISSING");
    await uploadMissing(missing, page);
    const accepted = await ask(key);
    expect(accepted.status).toBe(202);
    expect((await ask(key)).body).toEqual(accepted.body);
  });

  test("for a query, nor for auth, whose answers hold tokens", async () => {
    const before = await countKeys();
    const headers = { "idempotency-key": newId() };
    await api.call("GET /projects", { token: user.token, headers });
    const pair = await api.call("POST /auth/refresh", { body: { refresh_token: user.refreshToken }, headers });
    expect(pair.status).toBe(200);
    expect(await countKeys()).toBe(before);
  });
});

describe("the stored row", () => {
  test("cannot be read without the key: it holds hashes and a ciphertext", async () => {
    const { id } = await createProject(api, user);
    const page = { "index.html": newId() };
    const first = await publish(api, { token: user.token, projectId: id }, page);
    const key = newId();
    const answer = await api.call("POST /preview/request", {
      token: user.token,
      body: { project_id: id, files: manifestOf(page) },
      headers: { "idempotency-key": key },
    });
    const { preview_token: token } = answer.body.data as { preview_token: string };
    expect(token).not.toBe(first.preview_token);
    const rows =
      await api.sql`SELECT k::text AS row, encrypted_answer FROM idempotency_keys k WHERE user_id = ${user.id}`;
    for (const { row, encrypted_answer: sealed } of rows) {
      for (const secret of [key, token]) {
        expect(row).not.toContain(secret);
        expect(Buffer.from(sealed as Uint8Array).toString("latin1")).not.toContain(secret);
      }
    }
  });
});

describe("the key's form", () => {
  test.each([
    ["fifteen characters", "x".repeat(15)],
    ["a hundred and twenty-nine", "x".repeat(129)],
    ["a blank inside", `${"x".repeat(10)} ${"x".repeat(10)}`],
    ["characters beyond ASCII", "é".repeat(20)],
    ["nothing", ""],
  ])("%s is refused", async (_, key) => {
    const headers = { "idempotency-key": key };
    const refusal = { token: user.token, body: { name: "x" }, headers, code: "VALIDATION_ERROR" } as const;
    await expectRefusal(api, request, { ...refusal, at: ["Idempotency-Key"] });
  });

  test.each([16, 128])("%i characters are taken", async (length) => {
    const key = newId().padEnd(length, "~").slice(-length);
    expect((await create(key)).status).toBe(201);
  });
});

describe("limits", () => {
  test("a replay is not counted, nor one of a deletion", async () => {
    const other = await api.register();
    const key = newId();
    const first = await create(key, { name: "x" }, other.token);
    expect(first.headers["ratelimit-remaining"]).toBe("599");
    expect((await create(key, { name: "x" }, other.token)).headers).not.toHaveProperty("ratelimit-remaining");
    const next = await create(newId(), { name: "x" }, other.token);
    expect(next.headers["ratelimit-remaining"]).toBe("598");
    const remove = () =>
      api.call(`DELETE /projects/${(first.body.data as Project).id}`, {
        token: other.token,
        headers: { "idempotency-key": key },
      });
    expect((await remove()).headers["ratelimit-remaining"]).toBe("597");
    expect((await remove()).headers).not.toHaveProperty("ratelimit-remaining");
  });
});
