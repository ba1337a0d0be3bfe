import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHiveSync } from "@hivesync/sdk/node";
import { startApps, type RunningApps } from "@hivesync/testing/start-apps";
import { runCli, type CliRun } from "#testing/run-cli.ts";

const password = "correct horse battery staple 9";
const source = `export function total(prices: number[]): number {
  return prices.reduce((sum, price) => sum + price, 0);
}

export function half(value: number): number {
  return value / 2;
}
`;

let apps: RunningApps;
let home: string;
let folder: string;
let env: Record<string, string>;
let users = 0;

beforeAll(async () => {
  apps = await startApps();
  home = await realpath(await mkdtemp(path.join(tmpdir(), "hivesync-cli-docs-")));
});

afterAll(async () => {
  await apps[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(home, "shop-"));
  await mkdir(path.join(folder, "src"));
  await writeFile(path.join(folder, "src", "cart.ts"), source);
  // Each with jobs of its own to spend: a new account has three a minute.
  users += 1;
  const email = `user-${users}@example.com`;
  await createHiveSync({ baseUrl: apps.apiUrl, desktop: "off" }).auth.register({
    email,
    username: `user-${users}`,
    password,
  });
  env = { HIVESYNC_API_URL: apps.apiUrl, HIVESYNC_EMAIL: email, HIVESYNC_PASSWORD: password, HOME: home };
});

const run = (args: string[], cwd = folder): Promise<CliRun> => runCli(["docs", ...args], { cwd, env });
const readCart = (): Promise<string> => readFile(path.join(folder, "src", "cart.ts"), "utf8");
/** The lines that are code: what documenting must not touch. */
const codeOf = (text: string): string => text.replaceAll(/^[ \t]*\/\*\*[\s\S]*?\*\/\n/gmu, "");

describe("docs", () => {
  it("prints a diff that git applies, under a new project that the folder remembers, and writes nothing itself", async () => {
    const printed = await run(["src/cart.ts"]);
    expect(printed.stderr).toContain("Made the project");
    expect(printed.stderr).toContain("Written by the engine: static");
    expect(printed.exitCode).toBe(0);
    expect(await readCart()).toBe(source);
    expect(await readdir(folder)).toContain("hivesync.json");
    await writeFile(path.join(folder, "docs.patch"), printed.stdout);
    await promisify(execFile)("git", ["apply", "docs.patch"], { cwd: folder });
    const documented = await readCart();
    expect(documented).toMatch(/^\/\*\*[\s\S]*\*\/\nexport function total[\s\S]*\*\/\nexport function half/u);
    expect(codeOf(documented)).toBe(source);
  });

  it("with --write puts the comments into the file, of the chosen lines alone, and finds none missing after that", async () => {
    const written = await run(["src/cart.ts", "--write", "--lines", "5:7", "--json"]);
    expect(written.exitCode).toBe(0);
    expect(written.json()).toMatchObject({ written: ["src/cart.ts"], directory: folder, engine: "static" });
    const documented = await readCart();
    expect(documented).toMatch(/^export function total[\s\S]*\*\/\nexport function half/u);
    expect(codeOf(documented)).toBe(source);

    // From a folder below the project's own.
    const again = await run(["cart.ts", "--write", "--lines", "5:30"], path.join(folder, "src"));
    expect(again.stdout).toBe("Nothing to document: no comment was missing.\n");
    expect(await readCart()).toBe(documented);
    expect(await readdir(path.join(folder, "src"))).toEqual(["cart.ts"]);
  });

  it("touches comments that are there only with --replace", async () => {
    await writeFile(path.join(folder, "old.ts"), `/** Old words. */\n${source.split("\n\n")[1]}`);
    expect((await run(["old.ts"])).stdout).toBe("Nothing to document: no comment was missing.\n");
    expect((await run(["old.ts", "--replace"])).stdout).toMatch(/^-\/\*\* Old words\. \*\/$/mu);
  });

  it.each(["--explain", "--summarize"])("with %s prints Markdown about the code", async (kind) => {
    const printed = await run(["src/cart.ts", kind]);
    expect(printed.exitCode).toBe(0);
    expect(printed.stdout).toMatch(/^# /u);
    expect(printed.stdout).toContain("total");
    expect(await readCart()).toBe(source);
  });

  it("ends with 4 when the job fails, and says why", async () => {
    await writeFile(path.join(folder, "logo.ts"), new Uint8Array([0, 1, 2]));
    const failed = await run(["logo.ts", "--json"]);
    expect(failed.exitCode).toBe(4);
    expect(failed.json()).toMatchObject({
      error: { code: "AI_JOB_FAILED", message: expect.stringContaining("UTF-8") },
    });
  });

  it("sends no secret, and says so", async () => {
    await writeFile(path.join(folder, ".env"), "SECRET=1");
    const refused = await run([".env", "--json"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.json()).toMatchObject({
      error: { code: "LOCAL_FILE", message: expect.stringContaining("it looks like a secret") },
    });
  });

  it.each([
    [["src/none.ts"]],
    [["src"]],
    [["src/cart.ts", "--explain", "--write"]],
    [["src/cart.ts", "--explain", "--summarize"]],
    [["src/cart.ts", "--lines", "7:5"]],
    [["src/cart.ts", "--lines", "0:5"]],
    [["src/cart.ts", "--lines", "all"]],
  ])("%j ends with 2, and makes no project", async (args) => {
    const wrong = await run([...args, "--json"]);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.json()).toMatchObject({ error: { code: "USAGE" } });
    expect(await readdir(folder)).not.toContain("hivesync.json");
  });
});
