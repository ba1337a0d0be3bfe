import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHiveSync, createMemoryStore, isHiveSyncError, type DeviceCode, type HiveSync } from "#index.ts";
import { loginWithDevice } from "#device-login.ts";
import { ContractError, startContractServer, type ContractServer } from "#testing/contract-server.ts";
import { TestSessions, testUser } from "#testing/test-sessions.ts";

let sessions: TestSessions;
let server: ContractServer;
let hive: HiveSync;
/** What the server answers to each question, in turn. */
let answers: (() => unknown)[];
let waitsSeconds: number[];
let shown: DeviceCode[];

const pending = (interval = 1) => ({ status: "PENDING", interval });

beforeEach(async () => {
  sessions = new TestSessions();
  answers = [];
  waitsSeconds = [];
  shown = [];
  server = await startContractServer({
    ...sessions.handlers,
    "auth.deviceStart": () => ({
      device_code: "hsd_device",
      user_code: "WDJB-MJHT",
      verification_uri: "http://127.0.0.1/device",
      verification_uri_complete: "http://127.0.0.1/device?user_code=WDJB-MJHT",
      expires_in: 600,
      interval: 1,
    }),
    "auth.deviceToken": ({ input }) => {
      if (input["device_code"] !== "hsd_device") throw new ContractError("VALIDATION_ERROR");
      return (answers.shift() ?? (() => ({ status: "APPROVED", ...sessions.signIn() })))();
    },
  });
  hive = createHiveSync({ baseUrl: server.baseUrl, credentials: createMemoryStore(), retry: { baseDelayMs: 1 } });
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const onCode = (code: DeviceCode): void => void shown.push(code);

/** As `hive.auth.loginWithDevice`, with a clock that is only written down. */
const loginAtOnce = (signal?: AbortSignal) => {
  const wait = async (durationMs: number): Promise<void> => void waitsSeconds.push(durationMs / 1_000);
  const session = { start: async () => undefined };
  return loginWithDevice({ api: hive.api, session, wait }, { clientName: "Test", onCode, signal });
};

const refuse = (code: "RATE_LIMITED" | "SERVICE_UNAVAILABLE" | "VALIDATION_ERROR", details?: object) => () => {
  throw new ContractError(code, details);
};

describe("A sign-in by device link", () => {
  it("shows code and address once, waits until it is approved, and is kept like any other", async () => {
    answers = [() => pending()];
    expect(await hive.auth.loginWithDevice({ clientName: "Test", onCode })).toEqual(testUser);
    expect(shown).toEqual([
      {
        userCode: "WDJB-MJHT",
        url: "http://127.0.0.1/device",
        urlWithCode: "http://127.0.0.1/device?user_code=WDJB-MJHT",
        expiresInSeconds: 600,
      },
    ]);
    expect(await hive.auth.me()).toEqual(testUser);
  });

  it("asks no more often than the server wants it, and heeds a longer interval", async () => {
    answers = [() => pending(), () => pending(7), () => pending(1)];
    await loginAtOnce();
    expect(waitsSeconds).toEqual([1, 1, 7, 7]);
  });

  it("asked too fast waits 5 s longer from then on, and as long as the server says", async () => {
    answers = [refuse("RATE_LIMITED", { limit: 1, remaining: 0, retry_after_seconds: 9 }), () => pending()];
    await loginAtOnce();
    expect(waitsSeconds).toEqual([1, 9, 6]);
  });

  it("outlives a server that is away for a while, and asks it ever less often", async () => {
    answers = [refuse("SERVICE_UNAVAILABLE"), refuse("SERVICE_UNAVAILABLE")];
    server.intercept = (request) => {
      if (!request.url?.includes("deviceToken") || waitsSeconds.length !== 3) return false;
      request.socket.destroy();
      return true;
    };
    await loginAtOnce();
    expect(waitsSeconds).toEqual([1, 2, 4, 8]);
  });

  it("that is denied rejects with AUTH_INVALID, and keeps no login", async () => {
    answers = [() => ({ status: "DENIED" })];
    const error = await hive.auth.loginWithDevice({ clientName: "Test", onCode }).catch((reason: unknown) => reason);
    expect(isHiveSyncError(error, "AUTH_INVALID")).toBe(true);
    expect(error).toHaveProperty("details", { status: "DENIED" });
    expect(await hive.auth.isSignedIn()).toBe(false);
  });

  it("that nobody approves in time rejects with AUTH_EXPIRED", async () => {
    answers = [() => pending(), () => ({ status: "EXPIRED" })];
    const error = await loginAtOnce().catch((reason: unknown) => reason);
    expect(isHiveSyncError(error, "AUTH_EXPIRED")).toBe(true);
    expect(error).toHaveProperty("details", { status: "EXPIRED" });
  });

  it("ends at an error that will not pass", async () => {
    answers = [refuse("VALIDATION_ERROR")];
    await expect(loginAtOnce()).rejects.toHaveProperty("code", "VALIDATION_ERROR");
    expect(waitsSeconds).toEqual([1]);
  });

  it("ends with the signal's reason when that aborts while it waits", async () => {
    const leaving = new AbortController();
    const onCodeThenLeave = (): void => leaving.abort(new Error("closed"));
    const login = hive.auth.loginWithDevice({ clientName: "Test", onCode: onCodeThenLeave, signal: leaving.signal });
    await expect(login).rejects.toThrow("closed");
    expect(server.requests.map(({ url }) => url)).toEqual(["/trpc/auth.deviceStart"]);
  });
});
