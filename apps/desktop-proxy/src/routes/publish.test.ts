import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { appendFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import { createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";
import { createMemoryStore } from "@hivesync/sdk";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startApi, testPassword, type RunningApi, type TestUser } from "#testing/start-api.ts";
import {
  startTestDesktop,
  testFolder,
  writeFiles,
  type DesktopAnswer,
  type TestDesktop,
} from "#testing/test-desktop.ts";

let api: RunningApi;
let user: TestUser;
let desktop: TestDesktop;
let projectId: string;
let folder: AsyncDisposable & { path: string };
let app: string;

beforeAll(async () => {
  api = await startApi();
  user = await api.register();
  projectId = String((await api.call("POST /projects", user, { name: "Todo" }))["id"]);
  desktop = await startTestDesktop({ upstream: api.url });
  await desktop.call("POST /login", { body: { email: user.email, password: testPassword } });
});
afterAll(async () => {
  await desktop[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  folder = await testFolder();
  app = path.join(folder.path, "app");
  const unique = randomBytes(8).toString("hex");
  await writeFiles(app, { "index.html": `<h1>${unique}`, "src/a.js": `// ${unique}`, "empty.txt": "" });
  await desktop.call("POST /link", { body: { directory: app } });
});
afterEach(() => folder[Symbol.asyncDispose]());

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What the API says is missing of the folder. */
const askMissing = async (): Promise<FilesMissingDetails["missing"]> => {
  const { body } = await desktop.call("POST /manifest", { body: { directory: app } });
  const request = { project_id: projectId, files: body.data["files"] };
  const answer = await desktop.call("POST /api/v1/preview/request", { body: request });
  const { error } = answer.body;
  if (error?.code !== "FILES_MISSING") throw new Error(`answered ${answer.status}`);
  return (error.details as FilesMissingDetails).missing;
};
const upload = (missing: unknown): Promise<DesktopAnswer> =>
  desktop.call("POST /upload", { body: { directory: app, missing } });

describe("upload", () => {
  test("puts the files that are missing straight into storage, empty ones too", async () => {
    const missing = await askMissing();
    const answer = await upload(missing);
    const hashes = missing.map(({ sha256 }) => sha256).toSorted();
    expect((answer.body.data["stored"] as string[]).toSorted()).toEqual(hashes);
    expect(answer.body.data).toMatchObject({ expired: [], changed: [] });
    const { body } = await desktop.call("POST /manifest", { body: { directory: app } });
    const request = { project_id: projectId, files: body.data["files"] };
    expect((await desktop.call("POST /api/v1/preview/request", { body: request })).status).toBe(202);
  });

  test("tells of addresses that were too old, so that fresh ones are asked for", async () => {
    const missing = (await askMissing()).map((file) => {
      const url = new URL(file.upload_url);
      url.searchParams.set("X-Amz-Date", "20200101T000000Z");
      return { ...file, upload_url: url.href };
    });
    const { data } = (await upload(missing)).body;
    expect((data["expired"] as string[]).toSorted()).toEqual(missing.map(({ sha256 }) => sha256).toSorted());
  });

  test("leaves what the folder does not hold to the caller", async () => {
    const [first] = await askMissing();
    const { data } = (await upload([{ ...first, sha256: "0".repeat(64) }])).body;
    expect(data).toEqual({ stored: [], expired: [], changed: [] });
  });

  test("refuses an address that is neither https nor of a development machine", async () => {
    const [first] = await askMissing();
    const answer = await upload([{ ...first, upload_url: "file:///etc/passwd" }]);
    expect([answer.status, answer.body.error?.code]).toEqual([400, "VALIDATION_ERROR"]);
  });
});

describe("upload, on the way to storage", () => {
  let storage: Server;
  let received: Buffer[];
  let onRequest: () => Promise<unknown>;
  let status: number;

  beforeEach(async () => {
    received = [];
    status = 200;
    onRequest = async () => undefined;
    storage = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push(Buffer.concat(chunks));
        void onRequest().then(() => response.writeHead(status).end());
      });
      request.on("error", () => undefined);
    }).listen(0, "127.0.0.1");
    await once(storage, "listening");
  });
  afterEach(() => storage.close());

  const rowFor = (text: string) => ({
    sha256: sha256Of(text),
    size: Buffer.byteLength(text),
    upload_url: `http://127.0.0.1:${(storage.address() as AddressInfo).port}/${sha256Of(text)}`,
    headers: { "content-type": "application/octet-stream", host: "evil.example", "content-length": "1" },
  });

  test("a file that storage finds changed is told by its path", async () => {
    await writeFile(path.join(app, "big.bin"), "x".repeat(1_000));
    status = 400;
    expect((await upload([rowFor("x".repeat(1_000))])).body.data).toEqual({
      stored: [],
      expired: [],
      changed: ["big.bin"],
    });
  });

  test("a file that has another size by now is told by its path, and not sent", async () => {
    await writeFile(path.join(app, "f.txt"), "one");
    await desktop.call("POST /manifest", { body: { directory: app } });
    const row = { ...rowFor("one"), size: 7 };
    expect((await upload([row])).body.data).toEqual({ stored: [], expired: [], changed: ["f.txt"] });
    expect(received).toEqual([]);
  });

  test("storage that fails for a moment is asked again", async () => {
    await writeFile(path.join(app, "f.txt"), "one");
    status = 503;
    onRequest = async () => {
      if (received.length === 1) setImmediate(() => (status = 200));
    };
    expect((await upload([rowFor("one")])).body.data["stored"]).toEqual([sha256Of("one")]);
    expect(received.map(String)).toEqual(["one", "one"]);
  });

  test("a folder that becomes a link after it was listed leads nowhere", async () => {
    await writeFiles(folder.path, { "outside/f.txt": "theirs", "app/sub/f.txt": "theirs" });
    await desktop.call("POST /manifest", { body: { directory: app } });
    // The first upload waits while the folder of the second one is replaced.
    await writeFile(path.join(app, "first.txt"), "first");
    await desktop.call("POST /manifest", { body: { directory: app } });
    onRequest = async () => {
      onRequest = async () => undefined;
      await rename(path.join(app, "sub"), path.join(folder.path, "away"));
      await symlink(path.join(folder.path, "outside"), path.join(app, "sub"));
    };
    const rows = [rowFor("first"), ...Array.from({ length: 7 }, () => rowFor("first")), rowFor("theirs")];
    const { data } = (await upload(rows)).body;
    expect(data["changed"]).toEqual(["sub/f.txt"]);
    expect(received.map(String)).not.toContain("theirs");
    await rm(path.join(app, "sub"));
  });
});

describe("publish", () => {
  const publish = (more: object = {}): Promise<DesktopAnswer> =>
    desktop.call("POST /publish", { body: { directory: app, project_id: projectId, ...more } });

  test("lists, uploads and asks in one call, and says where the preview will be", async () => {
    const answer = await publish({ platform: "web", entry: "index.html" });
    expect(answer.body.data).toEqual({
      job_id: expect.any(String),
      preview_url: expect.stringContaining("/p/"),
      status: "QUEUED",
      queue: "preview-cpu",
      expires_at: expect.any(String),
    });
    expect(desktop.lines.some((line) => line.includes('"published"'))).toBe(true);
  });

  test("of an empty folder is VALIDATION_ERROR", async () => {
    await rm(app, { recursive: true });
    await writeFiles(app, { ".env": "SECRET=1" });
    const answer = await publish();
    expect([answer.status, answer.body.error?.code]).toEqual([400, "VALIDATION_ERROR"]);
  });

  test("into another user's project is NOT_FOUND, as the API says", async () => {
    const other = await api.register();
    const project = await api.call("POST /projects", other, { name: "Theirs" });
    const answer = await publish({ project_id: project["id"] });
    expect([answer.status, answer.body.error?.code]).toEqual([404, "NOT_FOUND"]);
  });
});

describe("the SDK, over this Desktop", () => {
  let hive: NodeHiveSync;

  beforeEach(() => {
    hive = createHiveSync({
      baseUrl: api.url,
      credentials: createMemoryStore(),
      runtimeDirectory: path.dirname(desktop.discoveryFile),
    });
  });

  test("without a login of its own publishes as the Desktop's user: the Desktop reads and uploads", async () => {
    await writeFiles(app, {
      ".git/HEAD": "ref: refs/heads/topic\n",
      "package.json": '{"dependencies":{"react":"19"}}',
    });
    await rm(path.join(app, "empty.txt"));
    const published = await hive.previews.publish({ project_id: projectId, directory: app, wait: false });
    expect(published.uploaded.files).toBe(3);
    expect(hive.mode).toBe("desktop");
    const preview = await hive.api.previews.get.query({ id: published.job_id });
    expect(preview).toMatchObject({ requested_by: user.id, context: { git_branch: "topic", framework: "React" } });
    await appendFile(path.join(app, "src/a.js"), "\n// more");
    const again = await hive.previews.publish({ project_id: projectId, directory: app, wait: false });
    expect(again.uploaded.files).toBe(1);
    const listed = desktop.lines.findLast((line) => line.includes('"folder_listed"')) ?? "";
    const { metadata } = JSON.parse(listed) as { metadata: object };
    expect(metadata).toMatchObject({ files: 3, files_read: 1 });
  });

  test("sends the same request in both modes", async () => {
    await writeFiles(app, { ".git/HEAD": "ref: refs/heads/topic\n", "yarn.lock": "" });
    const direct = createHiveSync({ baseUrl: api.url, desktop: "off" });
    await direct.auth.login({ email: user.email, password: testPassword });
    const [a, b] = [
      await direct.previews.publish({ project_id: projectId, directory: app, wait: false }),
      await hive.previews.publish({ project_id: projectId, directory: app, wait: false }),
    ];
    expect([direct.mode, hive.mode]).toEqual(["direct", "desktop"]);
    expect(b.uploaded.files).toBe(0);
    const [one, other] = [
      await direct.api.previews.get.query({ id: a.job_id }),
      await direct.api.previews.get.query({ id: b.job_id }),
    ];
    expect(other.context).toEqual(one.context);
    expect(other.context).toEqual({ git_branch: "topic", package_manager: "yarn" });
  });
});
