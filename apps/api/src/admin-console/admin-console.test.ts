import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestApi } from "#testing/start-test-api.ts";

const parent = await mkdtemp(path.join(tmpdir(), "hivesync-console-"));
const folder = path.join(parent, "dist");
const api = await startTestApi({ HIVESYNC_ADMIN_CONSOLE_DIRECTORY: folder });
const origin = await api.listen();
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await rm(parent, { recursive: true, force: true });
});

const script = 'console.log("the console")';

async function build(name = "index-abc123.js"): Promise<void> {
  await mkdir(path.join(folder, "assets"), { recursive: true });
  const asset = path.join(folder, "assets", name);
  await writeFile(asset, script);
  await writeFile(`${asset}.br`, brotliCompressSync(script));
  await writeFile(`${asset}.gz`, gzipSync(script));
  await writeFile(path.join(folder, "favicon.svg"), "<svg/>");
  await writeFile(path.join(folder, "secret.env"), "KEY=1");
  await writeFile(path.join(folder, "index.html"), `<meta property="csp-nonce" nonce="CSP_NONCE">${name}`);
}

beforeEach(() => build());
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The bytes of a request as they are, for a client tidies paths. Answers the head and the body. */
async function ask(target: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${target} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`);
  return text(socket);
}

const pageText = (address: string) => fetch(origin + address).then((answer) => answer.text());

describe("the page", () => {
  test.each(["/admin", "/admin/", "/admin/users", "/admin/queues/preview-cpu"])(
    "stands at %s, never kept, under a policy that lets in nothing but itself",
    async (address) => {
      const answer = await fetch(origin + address);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect((answer.headers.get("content-security-policy") ?? "").split("; ")).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        expect.stringMatching(/^style-src 'self' 'nonce-[\w+/]{22}=='$/),
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      });
    },
  );

  test("holds the nonce of its own policy, another each time", async () => {
    const answers = await Promise.all([fetch(`${origin}/admin`), fetch(`${origin}/admin`)]);
    const nonces = answers.map(
      ({ headers }) => /nonce-([^']+)/.exec(headers.get("content-security-policy") ?? "")?.[1],
    );
    const pages = await Promise.all(answers.map((answer) => answer.text()));
    expect(pages).toEqual(nonces.map((nonce) => expect.stringContaining(`nonce="${nonce}"`)));
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test("is that of a newer build as soon as there is one; what the older one named is there still", async () => {
    expect(await pageText("/admin")).toContain("index-abc123.js");
    await rm(folder, { recursive: true });
    expect(await pageText("/admin")).toContain("index-abc123.js");
    await build("index-def456.js");
    expect(await pageText("/admin")).toContain("index-def456.js");
    expect(await pageText("/admin/assets/index-def456.js")).toBe(script);
    expect(await pageText("/admin/assets/index-abc123.js")).toBe(script);
  });
});

describe("a file", () => {
  test("whose name holds its hash is kept for ever", async () => {
    const answer = await fetch(`${origin}/admin/assets/index-abc123.js`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.text()).toBe(script);
  });

  test("of another name is asked about each time, and not sent again while it is the same", async () => {
    const first = await fetch(`${origin}/admin/favicon.svg`);
    expect(first.headers.get("cache-control")).toBe("public, no-cache");
    const etag = first.headers.get("etag") ?? "";
    const again = await fetch(`${origin}/admin/favicon.svg`, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test.each([
    ["gzip, br", "br"],
    ["gzip", "gzip"],
    ["identity", null],
  ])("asked for as %s goes out as it was packed at the build: %s", async (accepted, coding) => {
    const answer = await fetch(`${origin}/admin/assets/index-abc123.js`, { headers: { "accept-encoding": accepted } });
    expect(answer.headers.get("content-encoding")).toBe(coding);
    expect(answer.headers.get("vary")).toContain("accept-encoding");
    expect(await answer.text()).toBe(script);
  });

  test.each([
    "/admin/assets/unknown.js",
    "/admin/assets/",
    "/admin/unknown.svg",
    "/admin/index.html",
    "/admin/secret.env",
    "/admin/assets/index-abc123.js.br",
  ])("that the console does not hand out is not found, and not the page: %s", async (address) => {
    const answer = await fetch(origin + address);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  });

  test.each([
    "/admin/../outside.js",
    "/admin/..%2foutside.js",
    "/admin/%2e%2e/outside.js",
    "/admin/assets/../../outside.js",
    "/admin/assets/..%2f..%2foutside.js",
    "/admin/..%5coutside.js",
    "/admin/%00/outside.js",
    `/admin/${encodeURIComponent(path.join(parent, "outside.js"))}`,
  ])("beside the folder is out of reach: %s", async (target) => {
    await writeFile(path.join(parent, "outside.js"), "outside");
    const answer = await ask(target);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain("\r\n\r\noutside");
  });
});

describe("before it is built", () => {
  test("the page says how to build it, and opens once it is", async () => {
    await using other = await startTestApi({ HIVESYNC_ADMIN_CONSOLE_DIRECTORY: path.join(parent, "later") }, api.stack);
    const address = `${await other.listen()}/admin`;
    const answer = await fetch(address);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await answer.text()).toContain("--filter @hivesync/admin-console build");
    await mkdir(path.join(parent, "later"));
    await writeFile(path.join(parent, "later", "index.html"), "built");
    expect(await fetch(address).then((later) => later.text())).toBe("built");
  });
});
