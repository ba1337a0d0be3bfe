import { appendFile, copyFile, cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium } from "@hivesync/testing/chromium";
import { startApps, type RunningApps } from "@hivesync/testing/start-apps";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleForBrowser } from "./bundle-core.ts";
import { checkPackage } from "./check-package.ts";
import { packSdk, type PackedSdk } from "./pack-sdk.ts";
import { run } from "./run.ts";

const program = (name: string): string => fileURLToPath(new URL(`scratch/${name}`, import.meta.url));
const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const example = fileURLToPath(new URL("../../examples/plain-html", import.meta.url));

let folder: string;
let sdk: PackedSdk;
let page: Server;
let origin: string;
let api: RunningApps;

beforeAll(async () => {
  // Real paths: where the temporary folder is a link, modules would be told apart by it.
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "hivesync-sdk-package-")));
  page = createServer((_request, response) => {
    response.setHeader("content-type", "text/html").end("<!doctype html><title>A plugin's page</title>");
  });
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  [sdk, api] = await Promise.all([packSdk(folder), startApps({ HIVESYNC_CORS_ORIGINS: origin })]);
}, 120_000);

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await new Promise((resolve) => page.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** A project beside nothing of ours, with the tarball installed by npm and the program copied in. */
async function createScratch(name: string, main: string): Promise<string> {
  const scratch = path.join(folder, name);
  await mkdir(scratch);
  await writeFile(path.join(scratch, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  await run(["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", sdk.tarball], scratch);
  await copyFile(program(main), path.join(scratch, main));
  return scratch;
}

const runJson = async (file: string, args: string[], cwd: string): Promise<unknown> =>
  JSON.parse(await run([process.execPath, file, ...args], cwd));

describe("The packed SDK", () => {
  test("is what publint and attw ask for, and imports nothing but what its package.json names", async () => {
    expect(await checkPackage(sdk)).toEqual([]);
    const manifest = JSON.parse(await readFile(path.join(sdk.folder, "package.json"), "utf8")) as object;
    expect(manifest).toMatchObject({ name: "@hivesync/sdk", sideEffects: false, type: "module" });
    expect(await readFile(path.join(sdk.folder, "README.md"), "utf8")).toContain("createHiveSync");
  });

  test("would be found out if an import of the workspace were left, or its types were lost", async () => {
    const broken = path.join(folder, "broken");
    await cp(sdk.folder, broken, { recursive: true });
    await appendFile(path.join(broken, "dist", "index.js"), `export { api } from "@hivesync/contracts/api";\n`);
    await rm(path.join(broken, "dist", "node.d.ts"));
    const problems = await checkPackage({ ...sdk, folder: broken });
    expect(problems).toContain("index.js imports @hivesync/contracts/api");
    expect(problems.join("\n")).toMatch(/publint: .*node\.d\.ts/u);
  });
});

describe("Installed from the tarball it serves", () => {
  test("a strict TypeScript project, by both ways to resolve modules, which publishes a folder", async () => {
    const scratch = await createScratch("typescript", "use-typescript.ts");
    const flags = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--target", "es2022"];
    const libraries = ["--lib", "es2024,dom,dom.iterable,esnext.disposable", "--types", "node"];
    const nodeTypes = fileURLToPath(new URL("../../node_modules/@types", import.meta.url));
    const compile = (resolution: string, rest: string[]) => {
      const resolved = ["--moduleResolution", resolution, "--typeRoots", nodeTypes];
      return run([process.execPath, tsc, ...flags, ...libraries, ...resolved, ...rest, "use-typescript.ts"], scratch);
    };
    await compile("bundler", ["--module", "esnext", "--noEmit"]);
    await compile("nodenext", ["--module", "nodenext", "--outDir", "built"]);
    const directory = path.join(scratch, "site");
    await cp(example, directory, { recursive: true });
    await writeFile(path.join(directory, ".env"), "SECRET=1");
    const answer = await runJson("built/use-typescript.js", [api.apiUrl, "typescript", directory], scratch);
    expect(answer).toMatchObject({ status: "COMPLETED", secrets: [".env"], pageStatus: 200, isNotFound: true });
    expect(answer).toMatchObject({ isWithoutRepository: true });
    expect(answer).toHaveProperty("phases", expect.arrayContaining(["scanning", "hashing", "uploading", "done"]));
  });

  test("a script in plain JavaScript, which publishes from memory and reads its events", async () => {
    const scratch = await createScratch("javascript", "use-javascript.js");
    const answer = await runJson("use-javascript.js", [api.apiUrl, "javascript"], scratch);
    expect(answer).toEqual({ isOurs: true, first: "ready" });
  });

  test("a page in a real browser, bundled without a module of Node", async () => {
    const scratch = await createScratch("browser", "use-browser.ts");
    const bundle = await bundleForBrowser(`export * from "./use-browser.ts";`, scratch);
    expect(bundle.nodeModules).toEqual([]);
    // 57 kB when this was written; with all of zod it was 120.
    expect(bundle.gzipBytes).toBeLessThan(80_000);
    await using browser = await launchChromium();
    const tab = await browser.newPage();
    await tab.goto(origin);
    await tab.addScriptTag({ content: bundle.text });
    const answer: unknown = await tab.evaluate(`sdkUse.publishFromBrowser(${JSON.stringify(api.apiUrl)}, "browser")`);
    expect(answer).toEqual({ status: "COMPLETED", unread: 1, wasRefused: true, mode: "direct" });
  });
});
