import { randomBytes } from "node:crypto";
import { createLogger } from "@hivesync/platform/logger";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import { createTestStack, type TestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import type { InjectOptions } from "fastify";
import postgres, { type Sql } from "postgres";
import { createDeps, type Deps } from "#deps.ts";
import { readApiEnvironment } from "#env.ts";
import { createServer } from "#server.ts";

/** An answer, with the envelope parsed. */
export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: { ok: boolean; data: never; error: { code: string; message: string; details: never } | null };
}

export interface CallOptions {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent as it is, in place of `body`. */
  raw?: string | Buffer;
  ip?: string;
}

/** The whole API in this process, on a stack of its own. The dispatcher and the reconciler run only when they are told to. */
export interface TestApi extends AsyncDisposable {
  deps: Deps;
  stack: TestStack;
  /** The database as its superuser, to arrange and to look. */
  sql: Sql;
  /** Every line that the API has logged. */
  logLines: string[];
  /** One call over REST: `call("POST /projects", { token, body })`. Paths stand under `/api/v1` unless they begin with `//`. */
  call: (request: string, options?: CallOptions) => Promise<Answer>;
  register: (name?: string) => Promise<TestUser>;
  /** Listens on a free port of loopback and answers its origin. */
  listen: () => Promise<string>;
  /** Takes no new connections and waits for requests under way, as at a signal. */
  drain: () => Promise<void>;
}

/** A user who signed in. */
export interface TestUser {
  id: string;
  email: string;
  username: string;
  token: string;
  refreshToken: string;
}

export const testPassword = "correct horse battery staple 9";

/** Environment variables of an API on this stack. */
export function apiEnvironment(stack: TestStack): Record<string, string> {
  return {
    ...stackEnvironment(stack, "api"),
    HIVESYNC_PUBLIC_URL: "http://api.test",
    HIVESYNC_UNLIMITED_LOOPBACK: "true",
    HIVESYNC_CHECK_OUTPUT: "true",
    HIVESYNC_DATABASE_POOL_SIZE: "5",
  };
}

async function registerBy(call: TestApi["call"], name = "user"): Promise<TestUser> {
  const username = `${name}_${randomBytes(5).toString("hex")}`;
  const email = `${username}@example.com`;
  const { body } = await call("POST /auth/register", { body: { email, username, password: testPassword } });
  if (!body.ok) throw new Error(`nobody could be registered: ${JSON.stringify(body.error)}`);
  const data = body.data as { user: { id: string }; access_token: string; refresh_token: string };
  return { id: data.user.id, email, username, token: data.access_token, refreshToken: data.refresh_token };
}

/**
 * Starts the API for a test file.
 *
 * @param overrides - Environment variables in place of the usual ones.
 * @param sharedStack - The stack of another API, to start a second process on it; it stays the other's to dispose of.
 * @example
 * const api = await startTestApi();
 * afterAll(() => api[Symbol.asyncDispose]());
 */
export async function startTestApi(overrides: Record<string, string> = {}, sharedStack?: TestStack): Promise<TestApi> {
  const stack = sharedStack ?? (await createTestStack());
  const env = readApiEnvironment({ ...apiEnvironment(stack), ...overrides });
  const logLines: string[] = [];
  const log = createLogger({ level: "debug", service: "api", destination: { write: (line) => logLines.push(line) } });
  const deps = createDeps(env, log);
  const sql = postgres(stack.databaseUrls.superuser, { max: 2, onnotice: () => undefined });
  const isRedisThere = env.HIVESYNC_REDIS_URL === stack.redisUrl;
  if (isRedisThere)
    await waitUntil(
      () => deps.redis.status,
      (status) => status === "ready",
    );
  const app = await createServer(deps, {
    corsOrigins: env.HIVESYNC_CORS_ORIGINS,
    trustedProxies: env.HIVESYNC_TRUSTED_PROXIES,
    // Tests share this process, and a busy machine: what holds them up is no load to be shed.
    maxEventLoopDelayMs: 60_000,
  });
  await app.ready();

  const call: TestApi["call"] = async (request, options = {}) => {
    const [method, path] = request.split(" ", 2) as [InjectOptions["method"], string];
    const { token, body, headers = {}, raw, ip } = options;
    const hasBody = body !== undefined || raw !== undefined;
    const answer = await app.inject({
      method: method ?? "GET",
      url: path.startsWith("//") ? path.slice(1) : `/api/v1${path}`,
      headers: {
        ...(hasBody ? { "content-type": "application/json" } : {}),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(hasBody ? { payload: raw ?? JSON.stringify(body) } : {}),
      ...(ip === undefined ? {} : { remoteAddress: ip }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json<Answer["body"]>() };
  };
  return {
    deps,
    stack,
    sql,
    logLines,
    call,
    register: (name) => registerBy(call, name),
    listen: () => app.listen({ host: "127.0.0.1", port: 0 }),
    drain: () => app.drain(),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await deps.close();
      await sql.end();
      if (!sharedStack) await stack[Symbol.asyncDispose]();
    },
  };
}
