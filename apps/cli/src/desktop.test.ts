import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startApps, type RunningApps } from "@hivesync/testing/start-apps";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHiveSync } from "@hivesync/sdk/node";
import { runCli, type CliRun } from "#testing/run-cli.ts";

const password = "correct horse battery staple 9";

let apps: RunningApps;
let folder: string;
let env: Record<string, string>;
/** Of the Desktops that a test has started. */
let pids: Set<number>;

beforeAll(async () => {
  apps = await startApps();
  const hive = createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" });
  await hive.auth.register({ email: "ada@example.com", username: "ada", password });
});

afterAll(() => apps[Symbol.asyncDispose]());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "hivesync-cli-desktop-"));
  pids = new Set();
  env = {
    HIVESYNC_API_URL: apps.apiUrl,
    HIVESYNC_DESKTOP_PORT: "0",
    HIVESYNC_RUNTIME_DIRECTORY: path.join(folder, "run"),
    HIVESYNC_DESKTOP_DIRECTORY: path.join(folder, "data"),
    HIVESYNC_CREDENTIALS_STORE: "encrypted-file",
    HIVESYNC_CREDENTIALS_PASSPHRASE: "open sesame",
  };
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterEach(async () => {
  for (const pid of pids) process.kill(pid, "SIGTERM");
  await waitUntil(
    () => [...pids].filter(isAlive),
    (alive) => alive.length === 0,
  );
  await rm(folder, { recursive: true });
});

const run = async (args: string[], more: Record<string, string> = {}): Promise<CliRun> => {
  const ended = await runCli(args, { cwd: folder, env: { ...env, ...more } });
  for (const [, pid] of ended.stdout.matchAll(/"pid":(\d+)/gu)) pids.add(Number(pid));
  return ended;
};

describe("desktop start", () => {
  it("starts one that proves itself and outlives the command; a second start finds it", async () => {
    const started = await run(["desktop", "start", "--json"]);
    expect(started.exitCode).toBe(0);
    expect(started.json()).toMatchObject({ started: true, upstream: apps.apiUrl, account: null });
    const { pid } = started.json();
    const again = await run(["desktop", "start", "--json"]);
    expect(again.json()).toMatchObject({ started: false, pid });
    expect((await run(["desktop", "start"])).stdout).toMatch(/^A Desktop runs already: port \d+, process \d+/u);
  });

  it.runIf(process.platform === "linux")("gives it no login of single commands to keep", async () => {
    const secrets = { HIVESYNC_EMAIL: "ada@example.com", HIVESYNC_PASSWORD: password };
    const { pid } = (await run(["desktop", "start", "--json"], secrets)).json();
    const environment = await readFile(`/proc/${String(pid)}/environ`, "utf8");
    expect(environment).toContain(`HIVESYNC_API_URL=${apps.apiUrl}`);
    expect(environment).not.toMatch(/HIVESYNC_PASSWORD|HIVESYNC_EMAIL/u);
  });

  it("twice at once starts one, and both say which", async () => {
    const both = await Promise.all([run(["desktop", "start", "--json"]), run(["desktop", "start", "--json"])]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(pids.size).toBe(1);
  });

  it("of one that cannot start ends with 1 and says why", async () => {
    const failed = await run(["desktop", "start", "--json"], { HIVESYNC_LOG_LEVEL: "shout" });
    expect(failed.exitCode).toBe(1);
    expect(failed.json()).toMatchObject({ error: { code: "DESKTOP_NOT_STARTED" } });
    expect(failed.json()["error"]).toHaveProperty("message", expect.stringContaining("HIVESYNC_LOG_LEVEL"));
    expect((await run(["desktop", "status"])).exitCode).toBe(1);
  });
});

describe("desktop status and logs", () => {
  it("without a Desktop end with 1 and say how to start one", async () => {
    const status = await run(["desktop", "status", "--json"]);
    expect(status.exitCode).toBe(1);
    expect(status.json()).toEqual({ running: false, upstream: apps.apiUrl });
    expect((await run(["desktop", "status"])).stdout).toContain("hivesync desktop start");
    const logs = await run(["desktop", "logs"]);
    expect(logs.exitCode).toBe(1);
    expect(logs.stderr).toContain("hivesync desktop start");
  });

  it("of one tell its account and log, signed in by `hivesync login`, through which commands travel then", async () => {
    await run(["desktop", "start", "--json"]);
    expect((await run(["status", "--json"])).json()).toMatchObject({ account: null });
    await runCli(["login", "--username", "ada", "--password-stdin"], { cwd: folder, env, stdin: password });
    await waitUntil(
      async () => (await run(["status", "--json"])).json(),
      ({ mode }) => mode === "desktop",
    );
    const status = await run(["desktop", "status"]);
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toMatch(/^Account {2}ada \(ada@example\.com\), Free$/mu);
    expect(status.stdout).toContain(path.join(folder, "data"));

    const few = await run(["desktop", "logs", "-n", "1"]);
    expect(few.stdout.trimEnd().split("\n")).toHaveLength(1);
    const { lines } = (await run(["desktop", "logs", "--json"])).json();
    expect(lines).toContainEqual(expect.objectContaining({ timestamp: expect.any(String) as string }));
    expect(JSON.stringify(lines)).not.toContain(password);
  });

  it("asked for no such number of lines ends with 2", async () => {
    const wrong = await run(["desktop", "logs", "-n", "0", "--json"]);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.json()).toMatchObject({ error: { code: "USAGE" } });
  });
});

describe("A command of nobody", () => {
  it("goes as whoever the Desktop is signed in as", async () => {
    await run(["desktop", "start", "--json"]);
    await runCli(["login", "--username", "ada", "--password-stdin"], { cwd: folder, env, stdin: password });
    await waitUntil(
      async () => (await run(["desktop", "status", "--json"])).json(),
      ({ account }) => account !== null,
    );
    const nobody = { HIVESYNC_CREDENTIALS_STORE: "memory" };
    expect((await run(["tasks", "add", "By the Desktop", "--json"], nobody)).json()).toMatchObject({
      task: { title: "By the Desktop" },
    });
  });
});
