import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHiveSync, isHiveSyncError, isNetworkError, isTimeoutError, type HiveSync } from "#index.ts";
import { ContractError, startContractServer, type ContractServer } from "#testing/contract-server.ts";
import { TestSessions } from "#testing/test-sessions.ts";

const project = {
  id: "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10",
  team_id: "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e11",
  name: "Todo",
  metadata: {},
  created_at: "2026-11-22T10:00:00.000Z",
  updated_at: "2026-11-22T10:00:00.000Z",
};

let sessions: TestSessions;
let server: ContractServer;
let hive: HiveSync;

beforeEach(async () => {
  sessions = new TestSessions();
  server = await startContractServer({ ...sessions.handlers });
  hive = createHiveSync({ baseUrl: server.baseUrl, retry: { baseDelayMs: 1 } });
  await hive.auth.login({ username: "ada", password: "correct horse" });
  server.requests.length = 0;
});

afterEach(() => server[Symbol.asyncDispose]());

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("errors", () => {
  it("carry code, message, details and status of the answer", async () => {
    server.handlers["projects.get"] = () => {
      throw new ContractError("QUOTA_EXCEEDED", { limit: 3 });
    };
    const error = await failureOf(hive.api.projects.get.query({ id: project.id }));
    expect(isHiveSyncError(error, "QUOTA_EXCEEDED")).toBe(true);
    expect(error).toMatchObject({ code: "QUOTA_EXCEEDED", details: { limit: 3 }, status: 429 });
    expect(isHiveSyncError(error, "NOT_FOUND")).toBe(false);
    expect(isNetworkError(error)).toBe(false);
  });

  it("are read from the REST envelope too, as the server's framework answers by it, with the request id", async () => {
    server.intercept = (request, response) => {
      request.resume();
      response.writeHead(413, { "content-type": "application/json; charset=utf-8", "x-request-id": "r-1" });
      response.end(
        JSON.stringify({ ok: false, data: null, error: { code: "PAYLOAD_TOO_LARGE", message: "no", details: null } }),
      );
      return true;
    };
    const error = await failureOf(hive.api.projects.create.mutate({ name: "Todo" }));
    expect(error).toMatchObject({ code: "PAYLOAD_TOO_LARGE", status: 413, requestId: "r-1" });
  });

  it("of something that is not HiveSync say so, and are not taken for a passing fault", async () => {
    let answers = 0;
    server.intercept = (_request, response) => {
      answers += 1;
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Router login</h1>");
      return true;
    };
    const error = await failureOf(hive.api.projects.get.query({ id: project.id }));
    expect(isHiveSyncError(error, "INTERNAL_ERROR")).toBe(true);
    expect(String(error)).toContain("not one of HiveSync's");
    expect(answers).toBe(1);
  });
});

describe("batching", () => {
  it("sends queries of one moment together, at most 20 in a request", async () => {
    server.handlers["projects.get"] = () => project;
    await Promise.all(Array.from({ length: 45 }, () => hive.api.projects.get.query({ id: project.id })));
    expect(server.requests.map(({ url }) => url.split("?")[0]?.split(",").length)).toEqual([20, 20, 5]);
  });

  it("never sends two mutations in one request", async () => {
    server.handlers["projects.create"] = () => project;
    await Promise.all(["a", "b", "c"].map((name) => hive.api.projects.create.mutate({ name })));
    expect(server.requests.map(({ url }) => url)).toEqual(Array(3).fill("/trpc/projects.create"));
  });

  it("lets one query of a batch fail without the others", async () => {
    server.handlers["projects.get"] = ({ input }) => {
      if (input["id"] !== project.id) throw new ContractError("NOT_FOUND");
      return project;
    };
    const [found, missing] = await Promise.allSettled([
      hive.api.projects.get.query({ id: project.id }),
      hive.api.projects.get.query({ id: project.team_id }),
    ]);
    expect(found).toMatchObject({ status: "fulfilled", value: { name: "Todo" } });
    expect(missing).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND" } });
    expect(server.requests).toHaveLength(1);
  });
});

describe("trying again", () => {
  it("keeps the Idempotency-Key of a mutation over all tries, and takes another for the next call", async () => {
    const keys: (string | undefined)[] = [];
    server.handlers["projects.create"] = ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      if (keys.length < 3) throw new ContractError("SERVICE_UNAVAILABLE");
      return project;
    };
    await hive.api.projects.create.mutate({ name: "Todo" });
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/u);
    await hive.api.projects.create.mutate({ name: "Todo" });
    expect(new Set(keys).size).toBe(2);
  });

  it("helps when connections are reset, and when an answer is cut in the middle", async () => {
    server.handlers["projects.get"] = () => project;
    let exchanges = 0;
    server.intercept = (_request, response) => {
      exchanges += 1;
      if (exchanges === 1) response.destroy();
      if (exchanges === 2) {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
        response.write("[{", () => response.destroy());
      }
      return exchanges <= 2;
    };
    expect(await hive.api.projects.get.query({ id: project.id })).toEqual(project);
    expect(exchanges).toBe(3);
  });

  it("ends after the number of tries that was set", async () => {
    let tries = 0;
    server.handlers["projects.get"] = () => {
      tries += 1;
      throw new ContractError("SERVICE_UNAVAILABLE");
    };
    const error = await failureOf(hive.api.projects.get.query({ id: project.id }));
    expect(isHiveSyncError(error, "SERVICE_UNAVAILABLE")).toBe(true);
    expect(tries).toBe(4);
  });

  it("leaves a wait of minutes to the caller", async () => {
    let tries = 0;
    server.handlers["projects.get"] = () => {
      tries += 1;
      throw new ContractError("RATE_LIMITED", { limit: 6, remaining: 0, retry_after_seconds: 300 });
    };
    const error = await failureOf(hive.api.projects.get.query({ id: project.id }));
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: 300 });
    expect(tries).toBe(1);
  });

  it.each([
    { name: "previews.retry", limit: 6, message: "More than 6 previews a minute, which is what your tier allows." },
    { name: "ai.retry", limit: 1, message: "More than 1 AI job a minute, which is what your tier allows." },
    { name: "previews.retry", limit: 600, message: "More than 600 calls a minute, which is what one user may make." },
    // Of a Desktop, and of what is not counted by the minute.
    { name: "previews.retry", limit: 6_000, message: "That is more than the 6000 that are allowed in a while." },
    { name: "repos.sync", limit: 1, message: "That is more than the 1 that are allowed in a while." },
  ])("names the limit that refused $name: of $limit", async ({ name, limit, message }) => {
    server.handlers[name] = () => {
      throw new ContractError("RATE_LIMITED", { limit, remaining: 0, retry_after_seconds: 37 });
    };
    const calls: Record<string, () => Promise<unknown>> = {
      "previews.retry": () => hive.api.previews.retry.mutate({ id: project.id }),
      "ai.retry": () => hive.api.ai.retry.mutate({ id: project.id }),
      "repos.sync": () => hive.api.repos.sync.mutate({ project_id: project.id }),
    };
    expect(await failureOf(calls[name]?.() ?? Promise.resolve())).toMatchObject({ code: "RATE_LIMITED", message });
  });

  it("does not happen for what another try cannot help, nor for signing in", async () => {
    let tries = 0;
    server.handlers["projects.create"] = () => {
      tries += 1;
      throw new ContractError("CONFLICT");
    };
    await failureOf(hive.api.projects.create.mutate({ name: "Todo" }));
    expect(tries).toBe(1);
    server.handlers["auth.login"] = () => {
      tries += 1;
      throw new ContractError("SERVICE_UNAVAILABLE");
    };
    await failureOf(hive.auth.login({ username: "ada", password: "x" }));
    expect(tries).toBe(2);
  });
});

describe("time", () => {
  const neverAnswer = (): Promise<never> => new Promise(() => undefined);

  it("that is over gives a TimeoutError", async () => {
    server.handlers["projects.get"] = neverAnswer;
    const impatient = createHiveSync({
      baseUrl: server.baseUrl,
      timeoutMs: 50,
      retry: { maxAttempts: 2, baseDelayMs: 1 },
    });
    server.handlers["projects.list"] = neverAnswer;
    await impatient.auth.login({ username: "ada", password: "correct horse" });
    const error = await failureOf(impatient.api.projects.get.query({ id: project.id }));
    expect(isTimeoutError(error)).toBe(true);
    expect(error).toMatchObject({ timeoutMs: 50 });
    expect(server.requests.filter(({ url }) => url.startsWith("/trpc/projects.get"))).toHaveLength(2);
  });

  it("is up at once when the caller aborts, with the caller's reason, and the others of the batch go on", async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.handlers["projects.get"] = async () => {
      await released;
      return project;
    };
    const abort = new AbortController();
    const aborted = failureOf(hive.api.projects.get.query({ id: project.id }, { signal: abort.signal }));
    const other = hive.api.projects.get.query({ id: project.id });
    const reason = new Error("the editor was closed");
    abort.abort(reason);
    expect(await aborted).toBe(reason);
    release();
    expect(await other).toEqual(project);
  });

  it("is not spent on waiting for a try after an abort", async () => {
    const abort = new AbortController();
    server.handlers["projects.get"] = () => {
      abort.abort();
      throw new ContractError("RATE_LIMITED", { retry_after_seconds: 10 });
    };
    const error = await failureOf(hive.api.projects.get.query({ id: project.id }, { signal: abort.signal }));
    expect(error).toBe(abort.signal.reason);
  });
});

it("A server that cannot be reached gives a NetworkError that says why", async () => {
  await server[Symbol.asyncDispose]();
  const error = await failureOf(hive.api.health.shallow.query({}));
  expect(isNetworkError(error)).toBe(true);
  expect(String(error)).toContain("ECONNREFUSED");
  server = await startContractServer({});
});
