import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHiveSync, createMemoryStore, isHiveSyncError, type CredentialStore } from "#index.ts";
import { ContractError, startContractServer, type ContractServer } from "#testing/contract-server.ts";
import { TestSessions, testUser } from "#testing/test-sessions.ts";

let sessions: TestSessions;
let server: ContractServer;
let store: CredentialStore;

beforeEach(async () => {
  sessions = new TestSessions();
  server = await startContractServer({ ...sessions.handlers });
  store = createMemoryStore();
});

afterEach(async () => {
  vi.useRealTimers();
  await server[Symbol.asyncDispose]();
});

/** A client of its own on the shared store, as another process would be. */
const connect = () => createHiveSync({ baseUrl: server.baseUrl, credentials: store, retry: { baseDelayMs: 1 } });
const credentials = { username: "ada", password: "correct horse" };

async function connectSignedIn() {
  const hive = connect();
  await hive.auth.login(credentials);
  return hive;
}

const outcomeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe("A login", () => {
  it("is kept in the store, and serves every client on that store", async () => {
    expect(await connect().auth.isSignedIn()).toBe(false);
    await connectSignedIn();
    expect(await connect().auth.isSignedIn()).toBe(true);
    expect(await connect().auth.me()).toEqual(testUser);
  });

  it("comes from registering too", async () => {
    const hive = connect();
    const { email } = await hive.auth.register({
      email: "ada@example.com",
      username: "ada",
      password: "correct horse",
    });
    expect(email).toBe("ada@example.com");
    expect(await hive.auth.me()).toEqual(testUser);
  });

  it("is not kept when the password is wrong", async () => {
    const hive = connect();
    const error = await outcomeOf(hive.auth.login({ username: "ada", password: "wrong" }));
    expect(isHiveSyncError(error, "AUTH_INVALID")).toBe(true);
    expect(await hive.auth.isSignedIn()).toBe(false);
  });

  it("is not kept without a refresh token", async () => {
    server.handlers["auth.login"] = () => ({ ...sessions.signIn(), refresh_token: undefined });
    const hive = connect();
    const error = await outcomeOf(hive.auth.login(credentials));
    expect(isHiveSyncError(error, "INTERNAL_ERROR")).toBe(true);
    expect(await hive.auth.isSignedIn()).toBe(false);
  });

  it("is forgotten at logout, by the server and by the store", async () => {
    const hive = await connectSignedIn();
    await hive.auth.logout();
    expect(sessions.accepted.size).toBe(0);
    expect(await store.load(server.baseUrl)).toBeUndefined();
    expect(isHiveSyncError(await outcomeOf(hive.auth.me()), "AUTH_INVALID")).toBe(true);
  });

  it("is forgotten at logout also when the server cannot be told", async () => {
    const hive = await connectSignedIn();
    server.intercept = (_request, response) => {
      response.destroy();
      return true;
    };
    expect(await outcomeOf(hive.auth.logout())).toMatchObject({ name: "NetworkError" });
    expect(await store.load(server.baseUrl)).toBeUndefined();
  });
});

describe("An access token that has expired", () => {
  it("is renewed by one request, however many calls wait for it, and none of them fails", async () => {
    const hive = await connectSignedIn();
    sessions.expireAll();
    server.handlers["tasks.create"] = (call) => {
      sessions.check(call);
      throw new ContractError("NOT_FOUND");
    };
    const queries = Array.from({ length: 10 }, () => hive.auth.me());
    const mutations = Array.from({ length: 10 }, () =>
      outcomeOf(hive.api.tasks.create.mutate({ id: testUser.id, title: "x" })),
    );
    expect(await Promise.all(queries)).toEqual(Array(10).fill(testUser));
    for (const outcome of await Promise.all(mutations)) expect(isHiveSyncError(outcome, "NOT_FOUND")).toBe(true);
    expect(sessions.refreshes).toBe(1);
  });

  it("is renewed before it is sent when its end is near by this machine's clock", async () => {
    const hive = await connectSignedIn();
    vi.useFakeTimers({ now: Date.now() + 590_000, toFake: ["Date"] });
    server.requests.length = 0;
    await hive.auth.me();
    expect(server.requests.map(({ url }) => url.split("?")[0])).toEqual(["/trpc/auth.refresh", "/trpc/auth.me"]);
  });

  it("is renewed although the first answer was lost", async () => {
    const hive = await connectSignedIn();
    sessions.expireAll();
    let refreshes = 0;
    server.intercept = (request, response) => {
      if (request.url !== "/trpc/auth.refresh") return false;
      refreshes += 1;
      if (refreshes === 1) response.destroy();
      return refreshes === 1;
    };
    expect(await hive.auth.me()).toEqual(testUser);
    expect(refreshes).toBe(2);
  });

  it("is taken from the store when another process has renewed it, so that no refresh token is used twice", async () => {
    const first = await connectSignedIn();
    const second = connect();
    await second.auth.me();
    sessions.expireAll();
    await first.auth.me();
    await second.auth.me();
    expect(sessions.refreshes).toBe(1);
  });

  it("stays good for what waits when the renewal fails for a passing reason and it has time left", async () => {
    const hive = await connectSignedIn();
    vi.useFakeTimers({ now: Date.now() + 590_000, toFake: ["Date"] });
    server.handlers["auth.refresh"] = () => {
      throw new ContractError("SERVICE_UNAVAILABLE");
    };
    expect(await hive.auth.me()).toEqual(testUser);
  });
});

describe("A refused renewal", () => {
  it("clears the store and surfaces as AUTH_INVALID, to every call that waited", async () => {
    const hive = await connectSignedIn();
    sessions.expireAll();
    sessions.refreshToken = "of another session";
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(hive.auth.me())));
    for (const outcome of outcomes) expect(isHiveSyncError(outcome, "AUTH_INVALID")).toBe(true);
    expect(sessions.refreshes).toBe(1);
    expect(await store.load(server.baseUrl)).toBeUndefined();
    expect(await hive.auth.isSignedIn()).toBe(false);
  });

  it("leaves alone the login that another process has made meanwhile, and goes on with it", async () => {
    const hive = await connectSignedIn();
    sessions.expireAll();
    server.handlers["auth.refresh"] = async () => {
      server.handlers["auth.refresh"] = () => {
        throw new Error("asked twice");
      };
      await connectSignedIn();
      throw new ContractError("AUTH_INVALID");
    };
    expect(await hive.auth.me()).toEqual(testUser);
    expect(await store.load(server.baseUrl)).toMatchObject({ refreshToken: sessions.refreshToken });
  });
});

it("A session that was ended goes on with the login that another process has made since", async () => {
  const hive = await connectSignedIn();
  sessions.accepted.clear();
  await connectSignedIn();
  expect(await hive.auth.me()).toEqual(testUser);
  expect(sessions.refreshes).toBe(0);
});

it("A renewal that ends after logout does not bring the login back", async () => {
  const hive = await connectSignedIn();
  sessions.expireAll();
  server.handlers["auth.refresh"] = async () => {
    await hive.auth.logout();
    return sessions.signIn();
  };
  server.handlers["auth.logout"] = () => ({});
  await outcomeOf(hive.auth.me());
  expect(await store.load(server.baseUrl)).toBeUndefined();
});
