import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createCredentialStore, createHiveSync } from "@hivesync/sdk/node";
import { runCli, type CliRun, type RunOptions } from "#testing/run-cli.ts";
import { startApps, type RunningApps } from "@hivesync/testing/start-apps";

const password = "correct horse battery staple 9";
const example = fileURLToPath(new URL("../../../examples/plain-html", import.meta.url));

let apps: RunningApps;
let home: string;

beforeAll(async () => {
  apps = await startApps();
  home = await mkdtemp(path.join(tmpdir(), "hivesync-cli-"));
  await makeUser("ada");
});

afterAll(async () => {
  await apps[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(home, "todo-"));
});

/** Answers the environment that signs the new user in. */
async function makeUser(username: string): Promise<Record<string, string>> {
  const email = `${username}@example.com`;
  const hive = createHiveSync({ baseUrl: apps.apiUrl });
  await hive.auth.register({ email, username, password });
  return { HIVESYNC_EMAIL: email, HIVESYNC_PASSWORD: password };
}

function run(args: string[], options: Partial<RunOptions> = {}): Promise<CliRun> {
  return runCli(args, { cwd: home, ...options, env: { HIVESYNC_API_URL: apps.apiUrl, ...options.env } });
}

describe("login", () => {
  it("without keychain and passphrase says that the login is not kept, and what would keep it", async () => {
    const login = await run(["login", "--email", "ada@example.com", "--password-stdin"], { stdin: password });
    expect(login.exitCode).toBe(0);
    expect(login.stdout).toContain("Signed in to");
    expect(login.stdout).toMatch(/not kept beyond this process.*HIVESYNC_CREDENTIALS_PASSPHRASE/u);
    expect((await run(["status", "--json"])).json()["account"]).toBeNull();
  });

  it("under a passphrase is kept encrypted for later commands, until logout", async () => {
    const env = {
      HIVESYNC_CREDENTIALS_STORE: "encrypted-file",
      HIVESYNC_CREDENTIALS_PASSPHRASE: "open sesame",
      HOME: folder,
    };
    const login = await run(["login", "--username", "ada", "--password-stdin", "--json"], { stdin: password, env });
    expect(login.json()).toMatchObject({ credentials: "encrypted-file", kept: true, user: { username: "ada" } });
    expect((await run(["status", "--json"], { env })).json()).toMatchObject({ account: { email: "ada@example.com" } });

    const wrong = await run(["notifications", "--json"], {
      env: { ...env, HIVESYNC_CREDENTIALS_PASSPHRASE: "open barley" },
    });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.json()).toMatchObject({ error: { code: "CREDENTIAL_STORE" } });

    expect((await run(["logout", "--json"], { env })).json()).toMatchObject({ was_signed_in: true });
    expect((await run(["status", "--json"], { env })).json()).toMatchObject({ account: null });
  });

  it("that has to be renewed by several commands at once serves them all, and later ones", async () => {
    const env = {
      HIVESYNC_CREDENTIALS_STORE: "encrypted-file",
      HIVESYNC_CREDENTIALS_PASSPHRASE: "open sesame",
      HOME: folder,
    };
    await run(["login", "--username", "ada", "--password-stdin"], { stdin: password, env });
    const directory = path.join(folder, ".config", "hivesync", "credentials");
    const store = await createCredentialStore({ kind: "encrypted-file", passphrase: "open sesame", directory });
    const login = await store.load(apps.apiUrl);
    if (!login) throw new Error("the login was not kept");
    await store.save(apps.apiUrl, { ...login, expiresAtMs: 0 });
    const commands = Array.from({ length: 4 }, () => run(["status", "--json"], { env }));
    for (const command of await Promise.all(commands))
      expect(command.json()).toMatchObject({ account: { username: "ada" } });
    expect((await store.load(apps.apiUrl))?.refreshToken).not.toBe(login.refreshToken);
    expect((await run(["status", "--json"], { env })).json()).toMatchObject({ account: { username: "ada" } });
  });

  it("with a wrong password ends with 3 and says what to do", async () => {
    const login = await run(["login", "--username", "ada", "--password-stdin", "--json"], { stdin: "wrong password" });
    expect(login.exitCode).toBe(3);
    expect(login.json()).toMatchObject({ error: { code: "AUTH_INVALID", details: null } });
  });

  it("with nobody to ask for what is missing ends with 2 and names the option", async () => {
    const login = await run(["login"]);
    expect(login.exitCode).toBe(2);
    expect(login.stderr).toContain("--email or --username is missing");
    expect(login.stdout).toBe("");
  });
});

describe("register", () => {
  it("makes an account, which signs in", async () => {
    const args = ["register", "--email", "grace@example.com", "--username", "grace", "--password-stdin", "--json"];
    expect((await run(args, { stdin: `${password}\n` })).json()).toMatchObject({
      user: { username: "grace" },
      kept: false,
    });
    const env = { HIVESYNC_EMAIL: "grace@example.com", HIVESYNC_PASSWORD: password };
    expect((await run(["status", "--json"], { env })).json()).toMatchObject({ account: { username: "grace" } });
    const again = await run(args, { stdin: password });
    expect(again.exitCode).toBe(1);
    expect(again.json()).toMatchObject({ error: { code: "CONFLICT" } });
  });

  it("says which fields are wrong, field by field", async () => {
    const args = ["register", "--email", "nobody", "--username", "x y", "--password-stdin"];
    const register = await run(args, { stdin: "short" });
    expect(register.exitCode).toBe(1);
    for (const field of ["email", "username", "password"])
      expect(register.stderr).toMatch(new RegExp(`^ {2}${field}: `, "mu"));
    expect(register.stderr).not.toContain("short");
  });
});

describe("preview", () => {
  let inEnvironment: Record<string, string>;
  let users = 0;
  // Each with previews of its own to spend: a new account has six a minute.
  beforeEach(async () => {
    users += 1;
    inEnvironment = await makeUser(`user-${users}`);
  });

  it("publishes a folder under a new project, remembers it, and prints a link that opens", async () => {
    await cp(example, folder, { recursive: true });
    const preview = await run(["preview", folder], { env: inEnvironment });
    expect(preview.stderr).toContain(`Made the project "${path.basename(folder)}"`);
    expect(preview.exitCode).toBe(0);
    const url = preview.stdout.trim();
    expect((await fetch(url)).status).toBe(200);
    const remembered = JSON.parse(await readFile(path.join(folder, "hivesync.json"), "utf8")) as { project_id: string };

    const again = await run(["preview", "--json"], { env: inEnvironment, cwd: folder });
    expect(again.exitCode).toBe(0);
    expect(again.json()).toMatchObject({
      status: "COMPLETED",
      uploaded: { files: 0, bytes: 0 },
      project: { id: remembered.project_id, created: false },
    });
    const bundle = await fetch(String(again.json()["bundle_url"]));
    expect(await bundle.text()).toContain("<html");
  });

  it("that cannot be built ends with 4 and shows the place in the source", async () => {
    const project = await run(["preview", "--json"], { env: inEnvironment, cwd: await brokenProject() });
    expect(project.exitCode).toBe(4);
    expect(project.json()).toMatchObject({
      error: { code: "PREVIEW_BUILD_FAILED", details: [{ file: "main.ts", line: 2, line_text: "const x = ;" }] },
    });
    const told = await run(["preview"], { env: inEnvironment, cwd: folder });
    expect(told.exitCode).toBe(4);
    expect(told.stderr).toMatch(/^main\.ts:2:11: .*\n\n {2}2 \| const x = ;\n {4}\| {11}\^$/mu);
  });

  it("takes a project by name or id, and says when there is none of that name", async () => {
    await writeFile(path.join(folder, "index.html"), "<!doctype html><html><title>x</title></html>");
    const named = path.basename(folder);
    const created = await run(["preview", "--no-wait", "--json"], { env: inEnvironment, cwd: folder });
    const { id } = created.json()["project"] as { id: string };
    for (const project of [named, id]) {
      const preview = await run(["preview", "--no-wait", "--json", "--project", project], {
        env: inEnvironment,
        cwd: folder,
      });
      expect(preview.json()).toMatchObject({ project: { id, name: named }, bundle_url: null });
    }
    const unknown = await run(["preview", "--json", "--project", "no such"], { env: inEnvironment, cwd: folder });
    expect(unknown.exitCode).toBe(1);
    expect(unknown.json()).toMatchObject({ error: { code: "NOT_FOUND" } });
  });

  it("of a folder that remembers somebody else's project says how to go on", async () => {
    const contents = JSON.stringify({ project_id: "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10" });
    await writeFile(path.join(folder, "hivesync.json"), contents);
    const preview = await run(["preview"], { env: inEnvironment, cwd: folder });
    expect(preview.exitCode).toBe(1);
    expect(preview.stderr).toContain("Delete the file to make a new one, or give --project");
  });

  it("of what is no folder ends with 2, and makes no project", async () => {
    const preview = await run(["preview", "nowhere", "--json"], { env: inEnvironment, cwd: folder });
    expect(preview.exitCode).toBe(2);
    expect(preview.json()["error"]).toHaveProperty("message", `${path.join(folder, "nowhere")} is not a folder.`);
    const named = await run(["preview", "--json", "--project", "nowhere"], { env: inEnvironment, cwd: folder });
    expect(named.json()).toMatchObject({ error: { code: "NOT_FOUND" } });
  });

  it("of a folder that holds nothing to publish ends with 1, and makes nothing", async () => {
    await mkdir(path.join(folder, "node_modules", "x"), { recursive: true });
    await writeFile(path.join(folder, "node_modules", "x", "index.js"), "");
    const hive = createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" });
    await hive.auth.login({ email: String(inEnvironment["HIVESYNC_EMAIL"]), password });
    for (const args of [["preview"], ["preview", "--no-wait"], ["preview", "--watch"]]) {
      const preview = await run(args, { env: inEnvironment, cwd: folder });
      expect(preview).toMatchObject({ exitCode: 1, stdout: "", stderr: `Error ${folder} holds no file to publish\n` });
    }
    expect(await readdir(folder)).toEqual(["node_modules"]);
    expect((await hive.api.projects.list.query({})).items).toEqual([]);
  });

  it("of a folder in which nothing can be previewed ends with 1, says what is looked for and what was left out, and makes nothing", async () => {
    for (const name of ["README.md", "logo.svg", "package.json"]) await writeFile(path.join(folder, name), "{}");
    await mkdir(path.join(folder, "dist"));
    await writeFile(path.join(folder, "dist", "index.html"), "");
    const hive = createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" });
    await hive.auth.login({ email: String(inEnvironment["HIVESYNC_EMAIL"]), password });
    for (const args of [["preview"], ["preview", "--no-wait"], ["preview", "--watch"]]) {
      const preview = await run(args, { env: inEnvironment, cwd: folder });
      expect(preview).toMatchObject({ exitCode: 1, stdout: "" });
      expect(preview.stderr).toMatch(
        /^Left out: dist looks like build output .*\nError .* holds nothing to preview: no page /u,
      );
    }
    expect((await readdir(folder)).toSorted()).toEqual(["README.md", "dist", "logo.svg", "package.json"]);
    expect((await hive.api.projects.list.query({})).items).toEqual([]);

    // Whatever it is, the builder has the last word on a file that is named, and on all that may be a start.
    const named = await run(["preview", "--no-wait", "--entry", "logo.svg"], { env: inEnvironment, cwd: folder });
    expect(named.exitCode).toBe(0);
    await rm(path.join(folder, "hivesync.json"));
    await writeFile(path.join(folder, "App.vue"), "");
    expect((await run(["preview", "--no-wait"], { env: inEnvironment, cwd: folder })).exitCode).toBe(0);
  });

  it("by nobody ends with 3, and makes nothing", async () => {
    await writeFile(path.join(folder, "index.html"), "");
    const preview = await run(["preview", "--json"], { cwd: folder });
    expect(preview.exitCode).toBe(3);
    expect(preview.json()).toMatchObject({ error: { code: "AUTH_INVALID" } });
    const message = `Not signed in to ${apps.apiUrl}. Run \`hivesync login\`, or set HIVESYNC_EMAIL and HIVESYNC_PASSWORD.`;
    expect(preview.json()["error"]).toHaveProperty("message", message);
    expect(await readdir(folder)).toEqual(["index.html"]);
  });

  it("by somebody who signed in by another of the machine's names says which", async () => {
    const kept = {
      HIVESYNC_CREDENTIALS_STORE: "encrypted-file",
      HIVESYNC_CREDENTIALS_PASSPHRASE: "open sesame",
      HOME: folder,
    };
    await run(["login", "--username", "ada", "--password-stdin"], { stdin: password, env: kept });
    const { hostname } = new URL(apps.apiUrl);
    const otherName = hostname === "localhost" ? "127.0.0.1" : "localhost";
    const other = apps.apiUrl.replace(hostname, otherName);
    const tasks = await run(["tasks", "--project", "any", "--json"], { env: { ...kept, HIVESYNC_API_URL: other } });
    expect(tasks.exitCode).toBe(3);
    const { message } = tasks.json()["error"] as { message: string };
    expect(message).toContain(`Not signed in to ${other}.`);
    expect(message).toContain(`There is a login for ${apps.apiUrl},`);
  });

  async function brokenProject(): Promise<string> {
    await writeFile(path.join(folder, "index.html"), `<!doctype html><script type="module" src="main.ts"></script>`);
    await writeFile(path.join(folder, "main.ts"), "export {};\nconst x = ;\n");
    return folder;
  }
});

describe("status", () => {
  it("tells account, health, mode and where the login is kept, signed in by the environment", async () => {
    const status = await run(["status", "--json"], { env: await makeUser("lin") });
    expect(status.exitCode).toBe(0);
    expect(status.json()).toMatchObject({
      api_url: apps.apiUrl,
      mode: "direct",
      credentials: "memory",
      account: { username: "lin" },
      health: { status: "up", database: "up", workers: { cpu: 1 } },
    });
  });

  it("finds the API of the `pnpm dev` that runs in a folder above", async () => {
    const below = path.join(folder, "src", "deep");
    await mkdir(below, { recursive: true });
    await mkdir(path.join(folder, ".hivesync"));
    await writeFile(path.join(folder, ".hivesync", "dev.json"), JSON.stringify({ api_url: apps.apiUrl }));
    const status = await run(["status", "--json"], { cwd: below, env: { HIVESYNC_API_URL: "" } });
    expect(status.json()).toMatchObject({ api_url: apps.apiUrl });
  });

  it("of an API that is not there ends with 1 and says how to name another", async () => {
    const status = await run(["status", "--api-url", "http://127.0.0.1:1"]);
    expect(status.exitCode).toBe(1);
    expect(status.stderr).toContain("--api-url");
    expect((await run(["status", "--json", "--api-url", "http://127.0.0.1:1"])).json()).toMatchObject({
      error: { code: "NETWORK_ERROR", details: null },
    });
  });
});

describe("A wrong call", () => {
  it.each([
    [["staus", "--json"]],
    [["preview", "--platform", "windows", "--json"]],
    [["status", "--api-url", "http://hivesync.example.com", "--json"]],
    [["login", "--email", "a@example.com", "--username", "a", "--json"]],
  ])("%j ends with 2, told as JSON too", async (args) => {
    const wrong = await run(args);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.json()).toMatchObject({ error: { code: "USAGE", message: expect.any(String) as string } });
    expect(wrong.stderr).toBe("");
  });

  it("without a command shows the help, which tells the exit codes", async () => {
    const bare = await run([]);
    expect(bare.exitCode).toBe(2);
    expect(bare.stderr).toContain("4    the preview could not be built");
    const help = await run(["--help"]);
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toBe(bare.stderr);
  });
});
