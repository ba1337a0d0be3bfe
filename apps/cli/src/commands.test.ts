import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTcpProxy, type TcpProxy } from "@hivesync/testing/tcp-proxy";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";
import { runCli, startCli, type CliRun, type RunOptions } from "#testing/run-cli.ts";
import { startApps, type RunningApps } from "@hivesync/testing/start-apps";

const password = "correct horse battery staple 9";

let apps: RunningApps;
let proxy: TcpProxy;
let home: string;
let folder: string;
let ada: NodeHiveSync;
let asAda: Record<string, string>;
let users = 0;

beforeAll(async () => {
  apps = await startApps();
  proxy = await startTcpProxy(new URL(apps.apiUrl));
  home = await mkdtemp(path.join(tmpdir(), "hivesync-cli-"));
});

afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await apps[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(home, "todo-"));
  [ada, asAda] = await makeUser();
});

/** A user with a client, and the environment that signs the user in. */
async function makeUser(): Promise<[NodeHiveSync, Record<string, string>]> {
  users += 1;
  const email = `user-${users}@example.com`;
  const hive = createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" });
  await hive.auth.register({ email, username: `user-${users}`, password });
  return [hive, { HIVESYNC_EMAIL: email, HIVESYNC_PASSWORD: password }];
}

const withApi = (options: Partial<RunOptions>): RunOptions => ({
  cwd: folder,
  ...options,
  env: { HIVESYNC_API_URL: apps.apiUrl, ...options.env },
});
const run = (args: string[], options: Partial<RunOptions> = {}): Promise<CliRun> =>
  runCli(args, withApi({ env: asAda, ...options }));

describe("tasks", () => {
  it("are added to the folder's project, listed newest first by numbers that stay, and done by number or id", async () => {
    const first = await run(["tasks", "add", "Keep the list over a restart", "--json"]);
    expect(first.json()).toMatchObject({ task: { status: "OPEN" }, project: { created: true } });
    await run(["tasks", "add", "Larger letters"]);
    const listed = await run(["tasks"]);
    expect(listed.stdout).toBe("2  OPEN         Larger letters\n1  OPEN         Keep the list over a restart\n");

    expect((await run(["tasks", "done", "1"])).stdout).toBe("Done: Keep the list over a restart\n");
    const second = (await run(["tasks", "list", "--status", "OPEN", "--json"])).json()["items"] as { id: string }[];
    expect(second).toMatchObject([{ number: 2, title: "Larger letters" }]);
    expect((await run(["tasks", "done", String(second[0]?.id), "--json"])).json()).toMatchObject({
      task: { title: "Larger letters", status: "DONE" },
    });
    expect((await run(["tasks", "--status", "OPEN"])).stdout).toBe("No task is OPEN.\n");
    expect((await run(["tasks", "--status", "DONE", "--json"])).json()["items"]).toHaveLength(2);
  });

  it("of a named project are all read, however many pages they fill", async () => {
    const project = await ada.api.projects.create.mutate({ name: "Many" });
    const titles = Array.from({ length: 103 }, (_, index) => `Task ${index + 1}`);
    for (const title of titles) await ada.api.tasks.create.mutate({ id: project.id, title });
    const lines = (await run(["tasks", "--project", "Many"])).stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.slice(18))).toEqual(titles.toReversed());
    expect((await run(["tasks", "done", "1", "--project", project.id])).stdout).toBe("Done: Task 1\n");
  });

  it("of a folder without a project say what to do, and make none", async () => {
    for (const args of [["tasks"], ["tasks", "done", "1"]]) {
      const none = await run(args);
      expect(none.exitCode).toBe(1);
      expect(none.stderr).toContain("hivesync preview");
    }
    expect(await readdir(folder)).toEqual([]);
    expect((await ada.api.projects.list.query({})).items).toEqual([]);
  });

  it("that are not there, or of no such status, end with an error that says so", async () => {
    await run(["tasks", "add", "One"]);
    const unknown = await run(["tasks", "done", "7", "--json"]);
    expect(unknown.exitCode).toBe(1);
    expect(unknown.json()).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect((await run(["tasks", "done", "one", "--json"])).json()).toMatchObject({
      error: { code: "VALIDATION_ERROR" },
    });
    const wrong = await run(["tasks", "--status", "LATER", "--json"]);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.json()).toMatchObject({ error: { code: "USAGE" } });
  });

  it("of nobody end with 3", async () => {
    const nobody = await run(["tasks", "add", "One", "--json"], { env: {} });
    expect(nobody.exitCode).toBe(3);
    expect(nobody.json()).toMatchObject({ error: { code: "AUTH_INVALID" } });
  });
});

/** Does something that the user is notified of. */
async function notify(asked = "Look at this"): Promise<void> {
  const [grace] = await makeUser();
  const team = await grace.api.teams.create.mutate({ name: asked });
  const { username } = await ada.auth.me();
  await grace.api.teams.addMember.mutate({ id: team.id, username });
}

describe("notifications", () => {
  it("are shown newest first, and marked as read when that is asked for", async () => {
    expect((await run(["notifications"])).stdout).toBe("No notifications yet.\n");
    await notify();
    await notify();
    const shown = await run(["notifications", "--unread", "--read", "--json"]);
    expect(shown.json()).toMatchObject({
      unread_count: 2,
      items: [{ type: "member_added" }, { type: "member_added" }],
    });
    expect((await run(["notifications", "--unread"])).stdout).toBe("Nothing unread.\n");
    expect((await run(["notifications"])).stdout).toMatch(/^ {2}\S+Z member_added .*\n {2}\S+Z member_added .*\n$/u);
  });

  it("followed are told as they come, one JSON object a line, over a cut connection too, until Ctrl-C ends it with 130", async () => {
    await notify();
    const env = { ...asAda, HIVESYNC_API_URL: `http://127.0.0.1:${proxy.port}` };
    const following = startCli(["notifications", "--follow", "--json"], withApi({ env }));
    const idsOf = (): unknown[] => following.lines.map((line) => (JSON.parse(line) as { id: unknown }).id);
    await waitUntil(idsOf, (ids) => ids.length === 1);
    await notify();
    await waitUntil(idsOf, (ids) => ids.length === 2);
    await proxy.refuse();
    proxy.cut();
    await notify();
    await proxy.accept();
    await waitUntil(idsOf, (ids) => ids.length === 3);
    expect(await following.end("SIGINT")).toBe(130);
    const { items } = await ada.api.notifications.list.query({});
    expect(idsOf()).toEqual(items.map(({ id }) => id).toReversed());
    expect(items.every(({ read_at }) => read_at === null)).toBe(true);
    expect(following.stderr()).toBe("");
  });

  it("followed by a program that has seen enough end without a fuss", async () => {
    await notify();
    const following = startCli(["notifications", "--follow"], withApi({ env: asAda }));
    await waitUntil(
      () => following.lines.length,
      (count) => count === 1,
    );
    following.stopReading();
    await notify();
    expect(await following.ended).toBe(130);
    expect(following.stderr()).toBe("");
  });

  it("followed with --read are marked as read as they are shown", async () => {
    const following = startCli(["notifications", "--follow", "--read"], withApi({ env: asAda }));
    await notify();
    const countUnread = async (): Promise<number> => (await ada.api.notifications.list.query({})).unread_count;
    await waitUntil(
      async () => [following.lines.length, await countUnread()],
      ([lines, unread]) => lines === 1 && unread === 0,
    );
    expect(await following.end("SIGINT")).toBe(130);
    expect(following.lines[0]).toContain("member_added");
  });
});

describe("login --device", () => {
  it("shows a link and a code, waits until somebody approves them, and signs in", async () => {
    const login = startCli(["login", "--device", "--json"], withApi({}));
    const shown = await waitUntil(login.stderr, (text) => text.includes("minutes"));
    const [, user_code = ""] = /enter ([A-Z]{4}-[A-Z]{4}),/u.exec(shown) ?? [];
    expect(shown).toContain(`Open ${apps.apiUrl}/device and enter`);
    const { client_name } = await ada.api.auth.deviceApprove.mutate({ user_code });
    expect(client_name).toMatch(/^HiveSync CLI on /u);
    expect(await login.ended).toBe(0);
    const { username } = await ada.auth.me();
    expect(JSON.parse(login.lines.join(""))).toMatchObject({ user: { username }, kept: false });
  });

  it("that is denied ends with 3, and with 130 when it is interrupted while it waits", async () => {
    const denied = startCli(["login", "--device", "--json"], withApi({}));
    const shown = await waitUntil(denied.stderr, (text) => text.includes("minutes"));
    const [, user_code = ""] = /enter ([A-Z]{4}-[A-Z]{4}),/u.exec(shown) ?? [];
    await ada.api.auth.deviceApprove.mutate({ user_code, decision: "DENY" });
    expect(await denied.ended).toBe(3);
    expect(JSON.parse(denied.lines.join(""))).toMatchObject({ error: { code: "AUTH_INVALID" } });

    const left = startCli(["login", "--device"], withApi({}));
    await waitUntil(left.stderr, (text) => text.includes("minutes"));
    expect(await left.end("SIGINT")).toBe(130);
  });

  it("takes neither email nor password", async () => {
    const wrong = await run(["login", "--device", "--email", "ada@example.com", "--json"], { env: {} });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.json()).toMatchObject({ error: { code: "USAGE" } });
  });
});
