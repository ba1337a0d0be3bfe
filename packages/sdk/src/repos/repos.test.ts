import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHiveSync, type HiveSync, type SyncProgress } from "#index.ts";
import { ContractError, startContractServer, type ContractServer } from "#testing/contract-server.ts";
import { RepoSyncs, testRepoUrl } from "#testing/repo-syncs.ts";
import { TestSessions } from "#testing/test-sessions.ts";

const project_id = "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10";
const otherUrl = "https://github.com/example/other.git";

let syncs: RepoSyncs;
let server: ContractServer;
let hive: HiveSync;

beforeEach(async () => {
  syncs = new RepoSyncs();
  server = await startContractServer({ ...new TestSessions().handlers, ...syncs.handlers });
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

describe("A sync", () => {
  it("is asked for once, under an Idempotency-Key, and answered as it ended", async () => {
    const sync = await hive.repos.sync({ project_id, repo_url: testRepoUrl, ref: "main" });
    expect(syncs.requests).toEqual([
      { input: { project_id, repo_url: testRepoUrl, ref: "main" }, idempotencyKey: expect.any(String) },
    ]);
    expect(sync).toMatchObject({ status: "COMPLETED", ref: "main", head: "a".repeat(40), files: 2 });
  });

  it("of what the settings say names neither address nor ref", async () => {
    await hive.repos.sync({ project_id, repo_url: undefined });
    expect(syncs.requests.map(({ input }) => input)).toEqual([{ project_id }]);
  });

  it("whose request is cut off happens once all the same", async () => {
    let cuts = 1;
    server.intercept = (request) => {
      if (!request.url?.includes("repos.sync") || cuts === 0) return false;
      cuts -= 1;
      request.socket.destroy();
      return true;
    };
    expect(await hive.repos.sync({ project_id })).toMatchObject({ status: "COMPLETED" });
    expect(syncs.rows).toHaveLength(1);
  });

  it("that is not waited for is one request", async () => {
    expect(await hive.repos.sync({ project_id, wait: false })).toEqual({
      sync_id: syncs.rows[0]?.sync_id,
      status: "QUEUED",
    });
    expect(server.requests).toHaveLength(1);
  });

  it("tells how far it is from the very beginning, phase by phase, never going back", async () => {
    syncs.states = [
      { status: "RUNNING", progress: { phase: "fetching", ratio: 0.1 } },
      { status: "RUNNING", progress: { phase: "reading", ratio: 0.6 } },
      { status: "RUNNING", progress: { phase: "uploading", ratio: 0.5 } },
      { status: "COMPLETED", progress: null },
    ];
    const steps: SyncProgress[] = [];
    await hive.repos.sync({ project_id, onProgress: (step) => steps.push(step) });
    expect(steps).toEqual([
      { phase: "queued", ratio: 0 },
      { phase: "fetching", ratio: expect.closeTo(0.1) },
      { phase: "reading", ratio: expect.closeTo(0.6) },
      { phase: "saving", ratio: expect.closeTo(0.6) },
      { phase: "done", ratio: 1 },
    ]);
  });

  it("is read alone while it is the newest, and found when others came after it", async () => {
    syncs.states = [{ status: "RUNNING" }, { status: "COMPLETED" }];
    await hive.repos.sync({ project_id });
    expect(syncs.pages).toEqual([
      { limit: 1, rows: 1 },
      { limit: 1, rows: 1 },
    ]);

    const before = server.handlers["repos.status"];
    server.handlers["repos.status"] = (call) => {
      const page = before?.(call);
      if (syncs.rows.length === 2) for (let more = 0; more < 150; more += 1) syncs.add({ status: "COMPLETED" });
      return page;
    };
    syncs.states = [{ status: "RUNNING" }, { status: "COMPLETED" }];
    syncs.pages = [];
    const { sync_id } = await hive.repos.sync({ project_id });
    expect(syncs.rows.findIndex((row) => row.sync_id === sync_id)).toBe(150);
    expect(syncs.pages.map(({ limit }) => limit)).toEqual([1, 1, 100, 100]);
  });

  it("that nobody knows any more is an error and no endless search", async () => {
    server.handlers["repos.sync"] = () => ({ sync_id: project_id, status: "QUEUED" });
    syncs.add({ status: "COMPLETED" });
    expect(await failureOf(hive.repos.sync({ project_id }))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("stops at an abort, with its reason, and asks for nothing more", async () => {
    syncs.states = [{ status: "RUNNING" }];
    const abort = new AbortController();
    const onProgress = (): void => abort.abort(new Error("closed"));
    expect(await failureOf(hive.repos.sync({ project_id, signal: abort.signal, onProgress }))).toMatchObject({
      message: "closed",
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe("A sync that is under way already", () => {
  it("is joined, and only looked at, when it is of what was asked for", async () => {
    const open = syncs.add({ status: "RUNNING", ref: "main" });
    expect(await hive.repos.sync({ project_id, ref: "main" })).toMatchObject({ sync_id: open.sync_id, files: 2 });
    expect(syncs.requests).toHaveLength(1);
    expect(syncs.rows).toHaveLength(1);
  });

  it.each([{ ref: "other" }, { repo_url: otherUrl }])(
    "is waited for, and not told of, when %j was asked for: then that is mirrored",
    async (wanted) => {
      const open = syncs.add({ status: "RUNNING", ref: "main" });
      syncs.states = [
        { status: "RUNNING", progress: { phase: "fetching", ratio: 0.9 } },
        { status: "FAILED", progress: null },
      ];
      const steps: SyncProgress[] = [];
      const onProgress = (step: SyncProgress): void => {
        if (syncs.rows[0] !== open) syncs.states = [{ status: "COMPLETED" }];
        steps.push(step);
      };
      const sync = await hive.repos.sync({ project_id, ...wanted, onProgress });
      expect(sync).toMatchObject({ status: "COMPLETED", ...wanted });
      expect(sync.sync_id).not.toBe(open.sync_id);
      expect(steps.map(({ phase }) => phase)).toEqual(["queued", "queued", "done"]);
    },
  );

  it("is joined, too, when it was asked for so recently that the answer is RATE_LIMITED", async () => {
    server.handlers["repos.sync"] = () => {
      throw new ContractError("RATE_LIMITED", { limit: 1, remaining: 0, retry_after_seconds: 290 });
    };
    const refused = { code: "RATE_LIMITED" };
    expect(await failureOf(hive.repos.sync({ project_id }))).toMatchObject(refused);
    const open = syncs.add({ status: "RUNNING", ref: "main" });
    syncs.states = [{ status: "RUNNING" }];
    expect(await failureOf(hive.repos.sync({ project_id, ref: "other" }))).toMatchObject(refused);
    expect(await failureOf(hive.repos.sync({ project_id, ref: "main", wait: false }))).toMatchObject(refused);
    const onProgress = (): void => void (syncs.states = [{ status: "COMPLETED" }]);
    const joined = await hive.repos.sync({ project_id, ref: "main", onProgress });
    expect(joined).toMatchObject({ sync_id: open.sync_id, status: "COMPLETED" });
    expect(await failureOf(hive.repos.sync({ project_id, ref: "main" }))).toMatchObject(refused);
  });

  it("is a CONFLICT that names it to whoever does not wait", async () => {
    const { sync_id } = syncs.add({ status: "RUNNING" });
    expect(await failureOf(hive.repos.sync({ project_id, wait: false }))).toMatchObject({
      code: "CONFLICT",
      details: { sync_id },
    });
  });
});

describe("A sync that fails", () => {
  it("is a HiveSyncError with the reason", async () => {
    const error = { code: "REPO_SYNC_FAILED", message: "The repository is empty.", details: { reason: "empty" } };
    syncs.states = [{ status: "FAILED", error }];
    const failure = await failureOf(hive.repos.sync({ project_id }));
    expect(failure).toMatchObject({ name: "HiveSyncError", ...error, status: 422 });
  });

  it("says so when it was cancelled", async () => {
    syncs.states = [{ status: "CANCELLED" }];
    const failure = await failureOf(hive.repos.sync({ project_id }));
    expect(failure).toMatchObject({ code: "REPO_SYNC_FAILED", message: "The sync was cancelled." });
  });
});
