import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newId } from "./ids.ts";
import { createLogger } from "./logger.ts";
import { postCallback } from "./post-callback.ts";
import { PermanentJobError } from "./queue/run-worker.ts";

interface Answer {
  status: number;
  body: unknown;
}

let server: Server;
let apiUrl: string;
let answers: Answer[];
let calls: number;

beforeEach(async () => {
  answers = [];
  calls = 0;
  server = createServer((request, response) => {
    calls += 1;
    const { status, body } = answers.shift() ?? { status: 503, body: {} };
    request.resume().on("end", () => response.writeHead(status, { location: "/elsewhere" }).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function post(options: { signal?: AbortSignal; giveUpAfterMs?: number } = {}): Promise<{ applied: boolean }> {
  const secret = randomBytes(32).toString("base64");
  return postCallback(
    { apiUrl, secret, firstDelayMs: 1, giveUpAfterMs: options.giveUpAfterMs ?? 10_000 },
    {
      path: "/preview/callback",
      body: { job_id: newId(), status: "FAIL" },
      signal: options.signal ?? new AbortController().signal,
      log: createLogger({ level: "error", service: "test" }),
    },
  );
}

const accepted = (applied: boolean): Answer => ({ status: 200, body: { ok: true, data: { applied }, error: null } });

test.each([true, false])("applied: %s is an end, whatever it says", async (applied) => {
  answers = [accepted(applied)];
  expect(await post()).toEqual({ applied });
  expect(calls).toBe(1);
});

test("what may pass is met with another try: 5xx, 401, 408, 429, a redirect, a page that is not the API's", async () => {
  const passing = [500, 502, 503, 504, 401, 408, 429, 302].map((status) => ({ status, body: {} }));
  answers = [...passing, { status: 200, body: "<html>" }, { status: 200, body: { ok: true } }, accepted(true)];
  expect(await post()).toEqual({ applied: true });
  expect(calls).toBe(11);
});

test.each([400, 403, 404, 409, 413, 422])("%i is a refusal for good", async (status) => {
  answers = [{ status, body: { ok: false } }];
  await expect(post()).rejects.toThrow(PermanentJobError);
  expect(calls).toBe(1);
});

test("when the time is over it fails with what it met last, and may be tried again", async () => {
  const failure = post({ giveUpAfterMs: 20 });
  await expect(failure).rejects.toThrow("not accepted in time: 503");
  await expect(failure).rejects.not.toBeInstanceOf(PermanentJobError);
});

test("aborted, it ends with the reason", async () => {
  const abort = new AbortController();
  const reason = new Error("shutting down");
  const failure = post({ signal: abort.signal });
  abort.abort(reason);
  await expect(failure).rejects.toBe(reason);
});
