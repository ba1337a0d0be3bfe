import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { createHiveSync } from "@hivesync/sdk/node";
import { startApps, type RunningApps } from "@hivesync/testing/start-apps";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCli, type CliRun } from "#testing/run-cli.ts";

const password = "correct horse battery staple 9";
const page = "<!doctype html><html><title>Shop</title><p>Open until six</p>";
let apps: RunningApps;
let home: string;
let shop: string;
let below: string;
let env: Record<string, string>;
let users = 0;

beforeAll(async () => {
  apps = await startApps();
  home = await realpath(await mkdtemp(path.join(tmpdir(), "hivesync-cli-")));
});
afterAll(async () => {
  await apps[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});
beforeEach(async () => {
  shop = await mkdtemp(path.join(home, "shop-"));
  below = path.join(shop, "packages", "web");
  await mkdir(below, { recursive: true });
  await writeFile(path.join(shop, "index.html"), page);
  await writeFile(path.join(below, "index.html"), page);
  // Each with previews of its own to spend: a new account has six a minute.
  users += 1;
  const email = `user-${users}@example.com`;
  const hive = createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" });
  await hive.auth.register({ email, username: `user-${users}`, password });
  env = { HIVESYNC_API_URL: apps.apiUrl, HIVESYNC_EMAIL: email, HIVESYNC_PASSWORD: password, HOME: home };
});

const runIn = (cwd: string, ...args: string[]): Promise<CliRun> => runCli(args, { cwd, env });
const previewIn = (cwd: string, ...args: string[]): Promise<CliRun> => runIn(cwd, "preview", "--no-wait", ...args);

/** The project that a folder remembers. */
async function projectOf(folder: string): Promise<string | undefined> {
  if (!(await readdir(folder)).includes("hivesync.json")) return undefined;
  return (JSON.parse(await readFile(path.join(folder, "hivesync.json"), "utf8")) as { project_id: string }).project_id;
}

describe("A folder below the one that remembers a project", () => {
  it("is of that project for every command, which says so, whether it runs there or is given the folder", async () => {
    await previewIn(shop);
    const using = `Using ${shop}, the project's folder.\n`;
    expect((await previewIn(below)).stderr).toContain(using);
    expect((await previewIn(home, path.relative(home, below))).stderr).toContain(using);
    expect((await runIn(below, "tasks", "add", "Open at nine")).stderr).toBe(using);
    expect((await runIn(shop, "tasks")).stdout).toContain("Open at nine");
    const listed = await runIn(below, "previews", "--json");
    expect(listed.json()).toMatchObject({ project: { id: await projectOf(shop) } });
    expect(listed.json()["items"]).toHaveLength(3);
    expect(listed.stderr).toBe("");
    const { stdout } = await runIn(below, "previews", "show", "--json");
    expect(stdout).toContain(String(await projectOf(shop)));
    expect(await projectOf(below)).toBeUndefined();
  });

  it("of a package of its own tells how it becomes a project of its own, which init makes of it", async () => {
    await previewIn(shop);
    await writeFile(path.join(below, "package.json"), "{}");
    expect((await runIn(below, "previews")).stderr).not.toContain("package.json");
    const preview = await previewIn(below);
    expect(preview.stderr).toContain(`Using ${shop}, the project's folder.\n${below} has a package.json of its own:`);
    expect((await runIn(below, "init")).stdout).toBe(`${path.join(below, "hivesync.json")}\n`);
    const own = await projectOf(below);
    expect(own).not.toBe(await projectOf(shop));
    const after = await previewIn(below, "--json");
    expect(after.json()).toMatchObject({ project: { id: own, created: false } });
    expect((await previewIn(below)).stderr).not.toContain("Using");
  });

  it("is taken as it is with a project that is named", async () => {
    await previewIn(shop);
    const named = await previewIn(below, "--project", path.basename(shop));
    expect(named.exitCode).toBe(0);
    expect(named.stderr).not.toContain("Using");
  });
});

describe("A project is not looked for", () => {
  it("above the root of the folder's git repository", async () => {
    await previewIn(shop);
    await promisify(execFile)("git", ["init", "-q"], { cwd: path.dirname(below) });
    expect((await previewIn(below)).stderr).toContain('Made the project "web"');
    expect(await projectOf(below)).not.toBe(await projectOf(shop));
  });

  it("in the home folder, whose folders are no parts of one project", async () => {
    env = { ...env, HOME: shop };
    await previewIn(shop);
    expect((await previewIn(below)).stderr).toContain('Made the project "web"');
  });

  it("above a folder that is neither in a repository nor in the home folder", async () => {
    env = { ...env, HOME: path.join(home, "elsewhere") };
    await previewIn(shop);
    expect((await previewIn(below)).stderr).toContain('Made the project "web"');
  });
});
