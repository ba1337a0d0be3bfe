import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { startGitServer, type GitServer } from "@hivesync/git-mirror/testing/git-server";
import { createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";
import { startApps, type RunningApps } from "@hivesync/testing/start-apps";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCli, startCli, type CliRun } from "#testing/run-cli.ts";

const password = "correct horse battery staple 9";
const hostName = "git.example.com";
const index = "<!doctype html><title>Todo</title>";
// So few that one test can use them up, and so short that it can wait for more.
const repoSyncs = { count: 3, perSeconds: 20 };

let server: GitServer;
let host: string;
let apps: RunningApps;
let home: string;
let folder: string;
let ada: NodeHiveSync;
let env: Record<string, string>;
let users = 0;

beforeAll(async () => {
  server = await startGitServer({ names: [hostName] });
  host = `${hostName}:${server.port}`;
  const shared = { HIVESYNC_REPO_HOSTS: host, HIVESYNC_TIERS: JSON.stringify({ Free: { repoSyncs } }) };
  const own = { HIVESYNC_REPO_LOOPBACK_HOSTS: host, HIVESYNC_REPO_CA_FILE: server.caFile };
  apps = await startApps(shared, { environment: { ...shared, ...own }, loopbackNames: [hostName] });
  home = await mkdtemp(path.join(tmpdir(), "hivesync-cli-sync-"));
});

afterAll(async () => {
  await apps?.[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(home, "todo-"));
  users += 1;
  const email = `user-${users}@example.com`;
  ada = createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" });
  await ada.auth.register({ email, username: `user-${users}`, password });
  env = { HIVESYNC_API_URL: apps.apiUrl, HIVESYNC_EMAIL: email, HIVESYNC_PASSWORD: password };
});

const urlOf = (name: string): string => `https://${host}/${name}`;
const run = (args: string[], stdin = ""): Promise<CliRun> => runCli(["sync", ...args], { cwd: folder, env, stdin });

/** A repository at the host, with a page to begin with. */
async function createHosted(name: string, files: Record<string, string> = { "index.html": index }) {
  const repository = await server.create(name);
  return { ...repository, url: urlOf(name), head: await repository.commit({ files }) };
}

async function git(...args: string[]): Promise<void> {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  await promisify(execFile)("git", [...identity, ...args], { cwd: folder });
}

async function readProject(): Promise<string> {
  const text = await readFile(path.join(folder, "hivesync.json"), "utf8");
  return (JSON.parse(text) as { project_id: string }).project_id;
}

describe("sync", () => {
  it("mirrors a repository under a new project, and builds a preview of it that opens, without an upload", async () => {
    const name = "team/page.git";
    const repository = await server.create(name);
    const files = { "index.html": index, latest: "index.html" };
    const head = await repository.commit({ files, modes: { latest: "120000" } });
    const synced = await run(["--url", urlOf(name), "--preview", "--json"]);
    expect(synced.json()).toMatchObject({
      project: { name: path.basename(folder), created: true },
      repo_url_from: "option",
      sync: {
        status: "COMPLETED",
        head,
        head_ref: "refs/heads/main",
        files: 1,
        left_out: [{ path: "latest", reason: "symlink" }],
      },
      preview: { status: "COMPLETED", uploaded: { files: 0, bytes: 0 } },
    });
    expect(synced.exitCode).toBe(0);
    const { preview_url, bundle_url, job_id } = synced.json()["preview"] as Record<string, string>;
    expect((await fetch(String(preview_url))).status).toBe(200);
    expect(await (await fetch(String(bundle_url))).text()).toContain("<title>Todo</title>");
    expect(await ada.api.previews.get.query({ id: String(job_id) })).toMatchObject({
      project_id: await readProject(),
      context: { git_commit: head },
    });
  });

  it("goes by the project's settings from then on, and warns of rewritten history and of what is gone", async () => {
    const { commit, git: serverGit, url } = await createHosted("team/history.git");
    await commit({ branch: "old", files: { "a.txt": "a" }, from: null });
    const first = await run(["--url", url]);
    expect(first.stdout).toMatch(
      /^Mirrored https:\S+ at [0-9a-f]{12} \(main\)\n1 file \(34 bytes\), 2 branches and tags\n$/u,
    );
    const head = await commit({ files: { "index.html": index, "b.txt": "b" }, from: null });
    await serverGit(["branch", "-D", "old"]);
    const second = await run([]);
    expect(second.stdout).toContain(`at ${head.slice(0, 12)} (main)\n2 files`);
    expect(second.stderr).toBe(
      "Warning: history was rewritten, or a tag was moved: main\nGone from the repository: old\n",
    );
    expect(second.exitCode).toBe(0);
  });

  it("mirrors the ref that is named, for this once", async () => {
    const { commit, url, head } = await createHosted("team/refs.git");
    const tip = await commit({ branch: "next", files: { "next.txt": "n" } });
    expect((await run(["--url", url, "--json"])).json()).toMatchObject({ sync: { head } });
    expect((await run(["--ref", "next", "--json"])).json()).toMatchObject({ sync: { head: tip, ref: "next" } });
    expect((await run(["--json"])).json()).toMatchObject({ sync: { head, ref: null } });
  });

  it("ends with 4 when the repository cannot be mirrored, and says what to do", async () => {
    const { url } = await createHosted("team/wrong.git");
    const failed = await run(["--url", url, "--ref", "none"]);
    expect(failed.exitCode).toBe(4);
    expect(failed.stderr).toContain("Name a branch, a tag or a full commit id with --ref.");
    const missing = await run(["--url", urlOf("team/none.git"), "--json"]);
    expect(missing.exitCode).toBe(4);
    expect(missing.json()).toMatchObject({
      error: { code: "REPO_SYNC_FAILED", details: { reason: "not_found_or_private" } },
    });
  });

  it("of a host that is not mirrored from ends with 1, and names the field", async () => {
    const refused = await run(["--url", "https://example.org/a/b.git"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/^ {2}repo_url: /mu);
  });

  it("turns syncing by the server on and off", async () => {
    const { url } = await createHosted("team/auto.git");
    const readRepo = async () => (await ada.api.projects.getSettings.query({ id: await readProject() })).repo;
    expect((await run(["--url", url, "--auto", "on"])).exitCode).toBe(0);
    expect(await readRepo()).toEqual({ url, auto_sync: true });
    expect((await run(["--auto", "off"])).exitCode).toBe(0);
    expect(await readRepo()).toEqual({ url, auto_sync: false });
  });
});

describe("sync of a private repository", () => {
  it("tells how to give a token, keeps the one that is piped in, and shows it nowhere", async () => {
    const name = "team/private.git";
    const token = "a-token-that-opens-it";
    const { url } = await createHosted(name);
    server.behave(name, { login: { username: "git", password: token } });
    const refused = await run(["--url", url]);
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain("Pipe a token that may read it into `hivesync sync --token-stdin`.");

    const synced = await run(["--token-stdin"], `${token}\n`);
    expect(synced.exitCode).toBe(0);
    expect(synced.stderr).toContain(`Keeps the token, for ${host} alone.`);
    expect(synced.stdout + synced.stderr).not.toContain(token);
    expect((await run(["--json"])).json()).toMatchObject({ sync: { status: "COMPLETED" } });
  });

  it("takes a token together with the address, before anything is fetched", async () => {
    const name = "team/secret.git";
    const { url } = await createHosted(name);
    server.behave(name, { login: { username: "git", password: "right" } });
    expect((await run(["--url", url, "--token-stdin", "--json"], "right")).json()).toMatchObject({
      sync: { status: "COMPLETED", files: 1 },
    });
    const wrong = await run(["--token-stdin", "--json"], "wrong");
    expect(wrong.exitCode).toBe(4);
    expect(wrong.json()).toMatchObject({ error: { details: { reason: "token_refused" } } });
  });
});

describe("sync without an address", () => {
  it("takes the folder's own origin, says so, and leaves out the login in it", async () => {
    const { url, head } = await createHosted("team/origin.git");
    await git("init", "-q");
    await git("remote", "add", "origin", url.replace("https://", "https://ada:secret-word@"));
    server.forget();
    const synced = await run([]);
    expect(synced.exitCode).toBe(0);
    expect(synced.stderr).toContain(`Taking the folder's own origin: ${url}, without the login in it`);
    expect(synced.stdout).toContain(`Mirrored ${url} at ${head.slice(0, 12)}`);
    expect(synced.stdout + synced.stderr).not.toContain("secret-word");
    expect(server.seen.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect((await run(["--json"])).json()).toMatchObject({ repo_url_from: "settings" });
  });

  it("of a folder whose origin is at no such address ends with 2, and does not show it", async () => {
    await git("init", "-q");
    await git("remote", "add", "origin", "http://ada:secret-word@example.com/a.git");
    const wrong = await run(["--json"]);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.json()).toMatchObject({ error: { code: "USAGE", message: expect.stringContaining("--url") } });
    expect(wrong.stdout + wrong.stderr).not.toContain("secret-word");
  });
});

it.each([
  [[]],
  [["nowhere"]],
  [["--url", "file:///srv/git/a.git"]],
  [["--url", "https://ada:secret@github.com/a/b.git"]],
  [["--url", "https://github.com/a/b.git", "--auto", "sometimes"]],
  [["--url", "https://github.com/a/b.git", "--token-stdin"]],
])("sync %j with nothing piped in ends with 2, and makes no project", async (args) => {
  const wrong = await run([...args, "--json"]);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.json()).toMatchObject({ error: { code: "USAGE" } });
  expect(wrong.stdout).not.toContain("secret");
  expect(await readdir(folder)).toEqual([]);
  expect((await ada.api.projects.list.query({})).items).toEqual([]);
});

describe("sync --watch", () => {
  const linesOf = (running: { lines: string[] }) => running.lines.map((line) => JSON.parse(line) as object);

  it("syncs again after each push from the folder, with a preview of each commit, until Ctrl-C ends it with 130", async () => {
    const { url, head, folder: served, git: serverGit } = await createHosted("team/watched.git");
    await git("clone", "-q", served, ".");
    await git("remote", "set-url", "origin", url);
    await git("remote", "set-url", "--push", "origin", served);
    const args = ["sync", "--watch", "--preview", "--ref", "main", "--json"];
    const watching = startCli(args, { cwd: folder, env });
    await waitUntil(
      () => watching.lines.length,
      (count) => count === 1,
    );
    await git("commit", "-q", "--allow-empty", "-m", "Two");
    await git("push", "-q", "origin", "HEAD:main");
    const [first, second] = await waitUntil(
      () => linesOf(watching),
      (lines) => lines.length === 2,
    );
    expect(first).toMatchObject({ repo_url_from: "origin", sync: { head }, preview: { status: "COMPLETED" } });
    const pushed = await serverGit(["rev-parse", "main"]);
    expect(second).toMatchObject({ sync: { head: pushed, ref: "main" }, preview: { status: "COMPLETED" } });
    expect(await watching.end("SIGINT")).toBe(130);
    expect(watching.lines).toHaveLength(2);
    expect(watching.stderr()).toBe("");
  });

  it("waits where it was synced too often, tells how long, and goes on by itself", async () => {
    const { url, head } = await createHosted("team/busy.git");
    for (let count = 0; count < repoSyncs.count; count += 1) {
      const { id } = await ada.api.projects.create.mutate({ name: `Busy ${count}` });
      await ada.repos.sync({ project_id: id, repo_url: url, wait: false });
    }
    const forPeople = startCli(["sync", "--url", url, "--watch"], { cwd: folder, env });
    const told = await waitUntil(forPeople.stderr, (text) => text.includes(" s."));
    expect(await forPeople.end("SIGINT")).toBe(130);
    expect(told.split("\n").slice(2).join("\n")).toMatch(/^Error .*\. Trying again in \d+ s\.\n$/u);
    expect(forPeople.stderr()).toBe(told);

    const watching = startCli(["sync", "--url", url, "--watch", "--json"], { cwd: folder, env });
    const lines = await waitUntil(
      () => linesOf(watching),
      (found) => found.length === 2,
      { seconds: repoSyncs.perSeconds + 30 },
    );
    expect(lines).toMatchObject([
      { error: { code: "RATE_LIMITED" }, waiting_seconds: expect.any(Number) },
      { sync: { head } },
    ]);
    expect(await watching.end("SIGINT")).toBe(130);
  });

  it("of a repository that was never there ends with 4", async () => {
    const watching = startCli(["sync", "--url", urlOf("team/never.git"), "--watch", "--json"], { cwd: folder, env });
    expect(await watching.ended).toBe(4);
  });
});
