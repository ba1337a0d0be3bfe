import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createHiveSync, createMemorySource } from "@hivesync/sdk";
import { probeDesktop } from "@hivesync/sdk/desktop/desktop-connection";
import { readDiscovery } from "@hivesync/sdk/desktop/discovery";
import { discoveryPath } from "@hivesync/sdk/desktop/runtime-folder";
import { launchChromium } from "@hivesync/testing/chromium";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DevFile } from "./dev-file.ts";
import { alive, DevFolder, type DevProcess } from "./testing/dev-process.ts";

// One stack for the whole file: the tests follow its life, from its start to its end.
let folder: DevFolder;
let dev: DevProcess;
let first: DevFile;

beforeAll(async () => {
  folder = await DevFolder.create();
  dev = await folder.run();
  first = await folder.whenReady(dev);
}, 90_000);

afterAll(async () => {
  await dev.stop("SIGKILL");
  await folder[Symbol.asyncDispose]();
});

const deepHealth = (apiUrl: string) =>
  fetch(`${apiUrl}/health/deep`).then(
    (response) => response.status,
    () => 0,
  );

const kill = (name: string): void => {
  const pid = folder.readDevFile().pids[name];
  if (pid === undefined) throw new Error(`${name} does not run`);
  process.kill(pid, "SIGKILL");
};

test("dev.json tells everything about a healthy stack, to its owner only", async () => {
  expect(first).toEqual({
    api_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    docs_url: `${first.api_url}/docs`,
    admin_url: `${first.api_url}/admin`,
    desktop_url: expect.stringMatching(/^http:\/\/localhost:\d+\/hivesync-desktop-api$/),
    preview_url: expect.stringContaining("/p/"),
    admin: { email: "admin@hivesync.localhost", password: expect.any(String) },
    user: { email: "demo@hivesync.localhost", password: expect.any(String) },
    database_url: expect.stringMatching(/^postgres:.*\/hivesync$/),
    redis_url: expect.stringMatching(/^redis:/),
    s3: {
      endpoint: expect.stringMatching(/^http:/),
      bucket: "hivesync",
      access_key_id: expect.any(String),
      secret_access_key: expect.any(String),
    },
    worker_secret: expect.stringMatching(/^[\w+/]{43}=$/),
    pids: Object.fromEntries(
      ["api", "worker-cpu", "worker-gpu", "desktop-proxy", "postgres", "redis", "object-store"].map((name) => [
        name,
        expect.any(Number),
      ]),
    ),
  });
  expect(folder.modeOf("dev.json")).toBe("600");
  expect(folder.modeOf("secrets.json")).toBe("600");
  expect(alive(first.pids)).toHaveLength(7);
  expect(await deepHealth(first.api_url)).toBe(200);
});

test("the docs page is there", async () => {
  const page = await fetch(first.docs_url);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("HiveSync API")]);
});

test("the admin console is built and served", async () => {
  const page = await fetch(first.admin_url);
  const text = await page.text();
  expect([page.status, text]).toEqual([200, expect.stringContaining("<title>HiveSync Admin</title>")]);
});

test("the link opens in a browser, and the todo takes a new item", async () => {
  const browser = await launchChromium();
  try {
    // As on a phone: there the app fills the page.
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(first.preview_url ?? "");
    const app = page.frameLocator("iframe");
    await app.getByPlaceholder("Add an item").fill("Lemons");
    await app.getByRole("button", { name: "Add" }).click();
    await app.getByText("Lemons").waitFor();
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
  }
});

test("the example of the README publishes a folder by the SDK and prints the link", async () => {
  const example = fileURLToPath(new URL("../../examples/publish.ts", import.meta.url));
  const source = fileURLToPath(new URL("../../examples/plain-html", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [example, source], {
    env: { HIVESYNC_DEV_DIRECTORY: folder.path },
  });
  expect((await fetch(stdout.trim())).status).toBe(200);
});

test("a preview of a tier with a GPU queue is built by the GPU worker, which says that it works in software", async () => {
  const hive = createHiveSync({ baseUrl: first.api_url });
  await hive.auth.login(first.admin);
  const project = await hive.api.projects.create.mutate({ name: "Of the admin" });
  const files = createMemorySource({ "index.html": "<!doctype html><h1>For the GPU" });
  const { job_id: id } = await hive.previews.publishFiles({ project_id: project.id, files });
  expect(await hive.api.previews.get.query({ id })).toMatchObject({ status: "COMPLETED", queue: "preview-gpu" });
  const { items } = await hive.api.admin.listWorkers.query({});
  expect(Object.fromEntries(items.map(({ kind, gpu }) => [kind, gpu?.mode]))).toEqual({
    cpu: undefined,
    gpu: expect.stringMatching(/^(software|cuda)$/),
  });
});

test("both logins work, and the admin is one", async () => {
  const hive = createHiveSync({ baseUrl: first.api_url });
  expect(await hive.auth.login(first.user)).toMatchObject({ username: "demo", tier: "Pro" });
  expect(await hive.auth.login(first.admin)).toMatchObject({ username: "admin", tier: "Admin" });
});

test("a program of this user finds the Desktop at its address, which proves that it is the one of this API", async () => {
  const discovery = await readDiscovery(discoveryPath(folder.file("run"), first.api_url));
  if (!discovery) throw new Error("there is no Desktop");
  expect(new URL(first.desktop_url).port).toBe(String(discovery.port));
  expect(discovery.pid).toBe(first.pids["desktop-proxy"]);
  expect(await probeDesktop(discovery, 5_000)).toMatchObject({ upstream: first.api_url, user: null });
});

test("a second start in the same folder is refused, and names the first", async () => {
  const second = await folder.run();
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.lines.join("\n")).toContain(`HiveSync already runs at ${first.api_url} (process ${dev.pid})`);
  expect(folder.readDevFile()).toEqual(first);
});

test("whatever is killed is started again, and dev.json follows", async () => {
  for (const name of Object.keys(first.pids)) kill(name);
  const after = await waitUntil(
    () => folder.readDevFile(),
    ({ pids }) => Object.entries(pids).every(([name, pid]) => pid !== first.pids[name]),
    { seconds: 40 },
  );
  expect({ ...after, pids: first.pids }).toEqual(first);
  expect(alive(after.pids)).toHaveLength(7);
  await waitUntil(
    () => deepHealth(after.api_url),
    (status) => status === 200,
  );
  expect(folder.modeOf("dev.json")).toBe("600");
}, 70_000);

test("neither what is printed nor any log holds a secret or the preview's link", () => {
  const logs = readdirSync(folder.file("logs")).map((name) =>
    readFileSync(path.join(folder.file("logs"), name), "utf8"),
  );
  expect(logs.length).toBeGreaterThanOrEqual(7);
  const everything = [...dev.lines, ...logs].join("\n");
  expect(everything).toContain("dev.json");
  const secrets = Object.values(
    JSON.parse(readFileSync(folder.file("secrets.json"), "utf8")) as Record<string, string>,
  );
  const token = first.preview_url?.split("/p/")[1] ?? "";
  expect([...secrets, token].filter((secret) => everything.includes(secret))).toEqual([]);
});

test("SIGTERM ends every process and takes dev.json away", async () => {
  const { pids } = folder.readDevFile();
  process.kill(dev.pid, "SIGTERM");
  expect(await dev.exited).toEqual({ code: 0, signal: null });
  expect(alive(pids)).toEqual([]);
  expect(existsSync(folder.file("dev.json"))).toBe(false);
  expect(existsSync(folder.file("dev.lock"))).toBe(false);
});

test("the next start has the same logins; killed, it leaves no process, and a lock that the one after takes over", async () => {
  dev = await folder.run();
  const second = await folder.whenReady(dev);
  expect({ ...second.admin, ...second.user, secret: second.worker_secret }).toEqual({
    ...first.admin,
    ...first.user,
    secret: first.worker_secret,
  });
  process.kill(dev.pid, "SIGKILL");
  await waitUntil(
    () => alive(second.pids),
    (names) => names.length === 0,
  );
  // The one after finds data of another version, which is told apart from anything else that may be wrong.
  writeFileSync(folder.file("postgres/PG_VERSION"), "17\n");
  dev = await folder.run();
  expect((await dev.exited).code).toBe(1);
  expect(dev.lines.join("\n")).toContain("was made by another version of Postgres");
  expect(existsSync(folder.file("dev.json"))).toBe(false);
}, 90_000);
