import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { getPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { exampleRepoUrl } from "@hivesync/contracts/examples/repos";
import { openRepoToken, repoKeyId, type SealedRepoToken } from "@hivesync/platform/repo-tokens";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { setRepo } from "#testing/repo-syncs.ts";
import { insertWaiting } from "#testing/waiting-jobs.ts";
import { apiEnvironment, startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const main = fileURLToPath(new URL("main.ts", import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The API as a process of its own on the same stack. */
async function startProcess(overrides: Record<string, string> = {}) {
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    env: { ...apiEnvironment(api.stack), HIVESYNC_API_PORT: String(port), ...overrides },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    origin: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    exited,
    signal: (name: NodeJS.Signals) => child.kill(name),
    output: () => output.join(""),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

describe("the process", () => {
  test.runIf(process.platform === "linux")("hashes passwords in threads that yield to everything else", async () => {
    await using server = await startProcess();
    await waitUntil(server.output, (text) => text.includes('"listening"'));
    const threads = await readdir(`/proc/${server.pid}/task`);
    const priorities = await Promise.all(
      threads.map(async (thread) => {
        const name = await readFile(`/proc/${server.pid}/task/${thread}/comm`, "utf8");
        return [name.trim(), getPriority(Number(thread))] as const;
      }),
    );
    const ofPool = priorities.filter(([name]) => name === "libuv-worker").map(([, priority]) => priority);
    expect(new Set(ofPool)).toEqual(new Set([getPriority(server.pid) + 10]));
    expect(getPriority(server.pid)).toBe(getPriority());
  });

  test("answers what is in flight after SIGTERM, takes nothing new, and ends in order", async () => {
    await using server = await startProcess();
    await waitUntil(server.output, (text) => text.includes('"listening"'));
    const user = await api.register();
    const project = await createProject(api, user);
    const headers = { authorization: `Bearer ${user.token}`, "content-type": "application/json" };
    // A connection that a client keeps open and idle must not hold the end up.
    await (await fetch(`${server.origin}/health`)).text();

    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holding = api.sql.begin(async (transaction) => {
      await transaction`SELECT 1 FROM projects WHERE id = ${project.id} FOR UPDATE`;
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    const inFlight = fetch(`${server.origin}/api/v1/projects/${project.id}`, {
      method: "PATCH",
      headers,
      body: JSON.stringify({ name: "finished" }),
    });
    await waitUntil(
      () => api.sql`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      (rows) => rows.length > 0,
    );
    server.signal("SIGTERM");
    await waitUntil(server.output, (text) => text.includes('"shutdown_started"'));
    await expect(fetch(`${server.origin}/health`)).rejects.toThrow("fetch failed");
    held.resolve();
    await holding;
    const answer = await inFlight;
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ data: { name: "finished" } });
    expect(await server.exited).toEqual([0, null]);
    expect(server.output()).toContain('"shutdown_finished"');
  });

  test("says on /health that it leaves, and serves whoever still comes, for as long as balancers need to turn away", async () => {
    await using server = await startProcess({ HIVESYNC_DRAIN_NOTICE_MS: "4000" });
    await waitUntil(server.output, (text) => text.includes('"listening"'));
    const user = await api.register();
    server.signal("SIGTERM");
    await waitUntil(server.output, (text) => text.includes('"shutdown_started"'));
    for (const address of ["/health", "/api/v1/health", "/health/deep"]) {
      const leaving = await fetch(server.origin + address);
      expect(leaving.status).toBe(503);
      expect(await leaving.json()).toMatchObject({ ok: false, error: { code: "SERVICE_UNAVAILABLE" } });
    }
    const served = await fetch(`${server.origin}/api/v1/auth/me`, {
      headers: { authorization: `Bearer ${user.token}` },
    });
    expect(served.status).toBe(200);
    // Whoever comes again is to be sent elsewhere.
    expect(served.headers.get("connection")).toBe("close");
    expect(await server.exited).toEqual([0, null]);
    await expect(fetch(`${server.origin}/health`)).rejects.toThrow("fetch failed");
  });

  test("dispatches by itself what was accepted before it started", async () => {
    const user = await api.register();
    const { id: projectId } = await createProject(api, user);
    const [id = ""] = await insertWaiting(api, { user, projectId }, 1);
    await using server = await startProcess();
    await waitUntil(
      () => api.sql`SELECT 1 FROM preview_sessions WHERE id = ${id} AND dispatched_at IS NOT NULL`,
      (rows) => rows.length > 0,
    );
    server.signal("SIGINT");
    expect(await server.exited).toEqual([0, null]);
  });

  test("asks by itself for the syncs that projects want", async () => {
    const { token } = await api.register();
    const made = await api.call("POST /projects", { token, body: { name: "Todo" } });
    const { id: projectId } = made.body.data as { id: string };
    await setRepo(api, { token, projectId }, { url: exampleRepoUrl, auto_sync: true });
    await using server = await startProcess();
    await waitUntil(
      () =>
        api.sql`SELECT 1 FROM repo_syncs WHERE project_id = ${projectId} AND automatic AND dispatched_at IS NOT NULL`,
      (rows) => rows.length === 1,
    );
    server.signal("SIGTERM");
    expect(await server.exited).toEqual([0, null]);
  });

  test("started with a new key for repository tokens it puts those under it that there are", async () => {
    const { token } = await api.register();
    const made = await api.call("POST /projects", { token, body: { name: "Todo" } });
    const { id: projectId } = made.body.data as { id: string };
    await setRepo(api, { token, projectId });
    await api.call(`PUT /projects/${projectId}/repo_token`, { token, body: { token: "canary-4711" } });
    const newKey = randomBytes(32);
    const keys = `${newKey.toString("base64")},${api.stack.repoKey}`;
    await using server = await startProcess({ HIVESYNC_REPO_KEY: keys });
    const [row] = await waitUntil(
      () => api.sql<SealedRepoToken[]>`
        SELECT host, encrypted_token, key_id FROM repo_credentials
        WHERE project_id = ${projectId} AND key_id = ${repoKeyId(newKey)}`,
      (rows) => rows.length === 1,
    );
    const opened = row && openRepoToken([newKey], row, { projectId, host: "github.com" });
    expect(opened?.token).toBe("canary-4711");
    expect(server.output()).not.toContain("canary");
  });

  test("does not start with a wrong environment, and names every variable that is wrong", async () => {
    const wrong = { HIVESYNC_DATABASE_URL: "http://x", HIVESYNC_MASTER_KEY: "short", HIVESYNC_API_PORT: "many" };
    await using server = await startProcess(wrong);
    expect((await server.exited)[0]).toBe(1);
    for (const name of Object.keys(wrong)) expect(server.output()).toContain(name);
    expect(server.output()).not.toContain(api.stack.masterKey);
  });
});
