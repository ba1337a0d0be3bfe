import { errorTable, type ErrorCode, type ValidationIssue } from "@hivesync/contracts/errors";
import type { Sql } from "postgres";
import { expect } from "vitest";
import type { Answer, CallOptions, TestApi } from "./start-test-api.ts";

export interface Refusal extends CallOptions {
  code: ErrorCode;
  /** The paths that the details of a VALIDATION_ERROR must name. */
  at?: readonly string[];
  /** Tables that the refusal writes to on purpose. */
  writes?: readonly string[];
}

const retried: readonly string[] = ["RATE_LIMITED", "SERVICE_UNAVAILABLE"] satisfies ErrorCode[];

/** A hash of each table's rows. What was inserted, changed or deleted shows in it. */
export async function readTables(sql: Sql, except: readonly string[]): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const hashes = tables
    .filter(({ name }) => !except.includes(name))
    .map(
      ({ name }) =>
        `SELECT '${name}' AS name, coalesce(md5(string_agg(r::text, ',' ORDER BY r::text)), '') AS hash FROM ${name} r`,
    );
  const rows = await sql.unsafe<{ name: string; hash: string }[]>(hashes.join(" UNION ALL "));
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}

/** Whichever limit refuses says in details and headers which it is and when it is over. */
function expectLimitTold({ headers, body }: Answer): void {
  const seconds = Number(headers["retry-after"]);
  expect(body.error?.details).toEqual({ limit: expect.any(Number), remaining: 0, retry_after_seconds: seconds });
  const { limit } = body.error?.details ?? { limit: 0 };
  expect(headers).toMatchObject({
    "ratelimit-limit": String(limit),
    "ratelimit-remaining": "0",
    "ratelimit-reset": String(seconds),
  });
}

/** Checks that an answer is the error envelope of this code, by the table. */
export function expectError(answer: Answer, code: ErrorCode): void {
  expect(answer.body).toEqual({
    ok: false,
    data: null,
    error: { code, message: expect.stringMatching(/\S/) as string, details: answer.body.error?.details },
  });
  expect(answer.status).toBe(errorTable[code].status);
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  if (retried.includes(code)) expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  if (code === "RATE_LIMITED") expectLimitTold(answer);
}

/**
 * Makes a call that must be refused: with this code, in the envelope, and without a trace in any table.
 *
 * @example
 * await expectRefusal(api, "POST /projects", { token, body: {}, code: "VALIDATION_ERROR", at: ["name"] });
 */
export async function expectRefusal(api: TestApi, request: string, refusal: Refusal): Promise<Answer> {
  const { code, at, writes = [], ...options } = refusal;
  const before = await readTables(api.sql, writes);
  const answer = await api.call(request, options);
  expectError(answer, code);
  if (at) {
    const issues: ValidationIssue[] = answer.body.error?.details ?? [];
    expect(issues.map(({ path }) => path)).toEqual(at);
    for (const { message } of issues) expect(message).toMatch(/\S/);
  }
  expect(await readTables(api.sql, writes)).toEqual(before);
  return answer;
}
