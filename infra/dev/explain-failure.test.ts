import { expect, test } from "vitest";
import { explainFailure } from "./explain-failure.ts";

test("a full disk is told as such, however deep the error lies", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const wrapped = new Error("Postgres could not make its data directory", { cause: full });
  expect(explainFailure(wrapped, "/data")).toContain("The disk that holds /data is full.");
  const fromPostgres = [
    'could not write to file "pg_wal": No space left on device',
    'FATAL:  could not extend file "base/1/2691": wrote only 4096 of 8192 bytes at block 7\nHINT:  Check free disk space.',
  ];
  for (const text of fromPostgres)
    expect(explainFailure(new AggregateError([new Error(text)]), "/data")).toContain(
      "The disk that holds /data is full.",
    );
});

test("data of another Postgres, and data whose secrets are gone, are told with what to do", () => {
  const version = new Error("Postgres ended:\nFATAL:  database files are incompatible with server");
  expect(explainFailure(version, "/data")).toContain("Move /data away");
  const login = new Error('password authentication failed for user "postgres"');
  expect(explainFailure(login, "/data")).toContain("/data/secrets.json");
});

test("causes are told once each, and secrets not at all", () => {
  const cause = new Error("connect to postgres://api:hunter22@db failed");
  const error = new Error("The API did not start", { cause: new Error(`wrapped: ${cause.message}`, { cause }) });
  expect(explainFailure(error, "/data").split("\n")).toEqual([
    "The API did not start",
    "wrapped: connect to postgres://api:[redacted]@db failed",
  ]);
  expect(explainFailure("plain", "/data")).toBe("plain");
});
