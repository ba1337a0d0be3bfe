import { mkdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  startTestDesktop,
  testFolder,
  writeFiles,
  type DesktopAnswer,
  type TestDesktop,
} from "#testing/test-desktop.ts";

const upstream = "http://127.0.0.1:9";
let place: AsyncDisposable & { path: string };
let app: string;
let desktop: TestDesktop;

beforeEach(async () => {
  place = await testFolder({
    "app/index.html": "<h1>",
    "app/src/a.ts": "a",
    "outside/secret.txt": "secret",
    "file.txt": "x",
  });
  app = path.join(place.path, "app");
  desktop = await startTestDesktop({ upstream });
});
afterEach(async () => {
  await desktop[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

const ask = (route: string, directory: string): Promise<DesktopAnswer> =>
  desktop.call(`POST /${route}`, { body: { directory, ...(route === "upload" ? { missing: [] } : {}) } });
const codeOf = ({ status, body }: DesktopAnswer): unknown[] => [status, body.error?.code];
const pathsOf = (answer: DesktopAnswer): string[] =>
  (answer.body.data["files"] as { path: string }[]).map((file) => file.path);

describe("link", () => {
  test("answers the real path, is kept over restarts in a file of this user alone, and shows in the status", async () => {
    await symlink(app, path.join(place.path, "alias"));
    const answer = await ask("link", path.join(place.path, "alias"));
    expect(answer.body.data).toEqual({ directory: app });
    await ask("link", app);
    await ask("manifest", app);
    const { folder } = desktop;
    expect((await desktop.call("GET /status")).body.data["folders"]).toEqual([{ directory: app, files: 2 }]);
    const name = path.basename(desktop.discoveryFile, ".json");
    const file = path.join(folder, "data", `${name}-links.json`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ version: 1, directories: [app] });
    await desktop.proxy.close();
    const again = await startTestDesktop({ upstream, folder });
    expect((await again.proxy.status()).folders).toEqual([{ directory: app, files: null }]);
    await again.proxy.close();
  });

  test("links that are asked for at once are all kept", async () => {
    const names = Array.from({ length: 10 }, (_, number) => path.join(place.path, `app${number}`));
    await Promise.all(names.map((name) => mkdir(name)));
    await Promise.all(names.map((name) => ask("link", name)));
    expect((await desktop.proxy.status()).folders.map(({ directory }) => directory).toSorted()).toEqual(names);
  });

  test.each<[string, () => string, [number, string]]>([
    ["a folder that is not there", () => path.join(place.path, "none"), [404, "NOT_FOUND"]],
    ["a file", () => path.join(place.path, "file.txt"), [400, "VALIDATION_ERROR"]],
    ["a path below a file", () => path.join(place.path, "file.txt/x"), [400, "VALIDATION_ERROR"]],
    ["a relative path", () => "app", [400, "VALIDATION_ERROR"]],
    ["a path with a null character", () => `${place.path}\0`, [400, "VALIDATION_ERROR"]],
    ["all of the disk", () => "/", [400, "VALIDATION_ERROR"]],
  ])("refuses %s", async (_what, directory, refusal) => {
    expect(codeOf(await ask("link", directory()))).toEqual(refusal);
    expect((await desktop.proxy.status()).folders).toEqual([]);
  });
});

describe("manifest", () => {
  test("lists a linked folder, and one below it by itself", async () => {
    await ask("link", app);
    expect(pathsOf(await ask("manifest", app))).toEqual(["index.html", "src/a.ts"]);
    expect(pathsOf(await ask("manifest", path.join(app, "src")))).toEqual(["a.ts"]);
  });

  test("follows the folder", async () => {
    await ask("link", app);
    await ask("manifest", app);
    await writeFiles(app, { "src/b.ts": "b" });
    expect(pathsOf(await ask("manifest", app))).toEqual(["index.html", "src/a.ts", "src/b.ts"]);
  });
});

describe.each(["manifest", "upload", "context", "publish"])("%s reads nothing outside linked folders", (route) => {
  const askRoute = (directory: string): Promise<DesktopAnswer> =>
    route === "publish"
      ? desktop.call("POST /publish", { body: { directory, project_id: "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10" } })
      : ask(route, directory);

  beforeEach(() => ask("link", app));

  test.each<[string, () => string, [number, string]]>([
    ["beside it", () => path.join(place.path, "outside"), [403, "FORBIDDEN"]],
    ["above it", () => place.path, [403, "FORBIDDEN"]],
    ["by ..", () => `${app}/../outside`, [403, "FORBIDDEN"]],
    ["by .. that comes back in part", () => `${app}/src/../../outside`, [403, "FORBIDDEN"]],
    ["that begins with its name", () => `${app}2`, [403, "FORBIDDEN"]],
    ["that is not there", () => path.join(place.path, "none"), [403, "FORBIDDEN"]],
    ["that is a file", () => path.join(place.path, "file.txt"), [403, "FORBIDDEN"]],
    ["by a link in it", () => path.join(app, "link"), [403, "FORBIDDEN"]],
    ["through a link in it", () => path.join(app, "up", "outside"), [403, "FORBIDDEN"]],
    ["in another case", () => path.join(place.path, "APP"), [403, "FORBIDDEN"]],
    ["the disk", () => "/", [403, "FORBIDDEN"]],
    ["by a relative path", () => "app", [400, "VALIDATION_ERROR"]],
    ["by a null character", () => `${app}\0/../outside`, [400, "VALIDATION_ERROR"]],
    ["though in it: a folder that is not there", () => path.join(app, "none"), [404, "NOT_FOUND"]],
    ["though in it: a file", () => path.join(app, "index.html"), [400, "VALIDATION_ERROR"]],
  ])("%s", async (_what, directory, refusal) => {
    await mkdir(`${app}2`);
    await symlink(path.join(place.path, "outside"), path.join(app, "link"));
    await symlink(place.path, path.join(app, "up"));
    const answer = await askRoute(directory());
    expect(codeOf(answer)).toEqual(refusal);
    expect(JSON.stringify(answer.body)).not.toContain("secret");
  });

  test("once it is unlinked", async () => {
    await ask("manifest", path.join(app, "src"));
    expect((await ask("unlink", app)).status).toBe(200);
    expect(codeOf(await askRoute(app))).toEqual([403, "FORBIDDEN"]);
    expect(codeOf(await askRoute(path.join(app, "src")))).toEqual([403, "FORBIDDEN"]);
  });

  test("that a linked folder was replaced with, by a link", async () => {
    await ask("manifest", app);
    await rename(app, `${app}-away`);
    await symlink(path.join(place.path, "outside"), app);
    expect(codeOf(await askRoute(app))).toEqual([403, "FORBIDDEN"]);
  });
});

describe("unlink", () => {
  test("takes back a folder that is gone from the disk", async () => {
    await ask("link", app);
    await rm(app, { recursive: true });
    expect((await ask("unlink", app)).status).toBe(200);
    expect((await desktop.proxy.status()).folders).toEqual([]);
  });

  test("of a folder that is not linked is NOT_FOUND", async () => {
    expect(codeOf(await ask("unlink", app))).toEqual([404, "NOT_FOUND"]);
  });
});

describe("context", () => {
  test("tells the project, and the files that one is read best with, of those that a publish would send", async () => {
    await writeFiles(app, {
      "package.json": JSON.stringify({ packageManager: "pnpm@12.1.0", dependencies: { react: "19", expo: "54" } }),
      "src/Button.tsx":
        'import { theme } from "./theme.js";\nimport key from "./.env";\nimport x from "../../outside/secret.txt";',
      "src/theme.ts": "",
      "src/Button.test.tsx": "",
      "src/.env": "SECRET=1",
      ".git/HEAD": "ref: refs/heads/main\n",
      ".git/refs/heads/main": `${"a".repeat(40)}\n`,
    });
    await ask("link", app);
    const answer = await desktop.call("POST /context", { body: { directory: app, path: "src/Button.tsx" } });
    expect(answer.body.data).toEqual({
      project: { git_branch: "main", git_commit: "a".repeat(40), package_manager: "pnpm", framework: "Expo" },
      neighbours: ["src/theme.ts", "src/Button.test.tsx"],
    });
  });

  test.each(["src/none.ts", "src", ".env"])("of %s, which no publish would send, is NOT_FOUND", async (file) => {
    await writeFile(path.join(app, ".env"), "SECRET=1");
    await ask("link", app);
    const answer = await desktop.call("POST /context", { body: { directory: app, path: file } });
    expect(codeOf(answer)).toEqual([404, "NOT_FOUND"]);
  });

  test.each(["../outside/secret.txt", "/etc/passwd", "src\\a.ts"])("of %s is VALIDATION_ERROR", async (file) => {
    await ask("link", app);
    const answer = await desktop.call("POST /context", { body: { directory: app, path: file } });
    expect(codeOf(answer)).toEqual([400, "VALIDATION_ERROR"]);
  });
});
