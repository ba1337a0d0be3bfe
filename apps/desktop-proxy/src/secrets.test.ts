import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { createCredentialStore } from "@hivesync/sdk/node";
import { discoveryPath } from "@hivesync/sdk/desktop/runtime-folder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { desktopEnvironment, runDesktop } from "#testing/start-process.ts";
import { startApi, testPassword, type RunningApi } from "#testing/start-api.ts";
import { callPort, readOwnDiscovery, testFolder, writeFiles } from "#testing/test-desktop.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Every file below a folder, with what it holds. */
async function readAll(folder: string): Promise<{ file: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => ({ file, text: (await readFile(file)).toString("latin1") })));
}

/** A secret as it could be written down. */
const spellings = (secret: string): string[] =>
  (["utf8", "base64", "base64url", "hex"] as const).map((encoding) =>
    // Without the end, which padding could change.
    encoding === "utf8" ? secret : Buffer.from(secret).toString(encoding).slice(0, -4),
  );

test("after everything ran, no file and no line that it printed holds a password, a token or an upload's signature", async () => {
  await using place = await testFolder();
  const app = path.join(place.path, "app");
  const home = path.join(place.path, "home");
  await writeFiles(app, { "index.html": `<h1>${place.path}`, ".env": "SECRET=canary-in-dotenv" });
  await writeFiles(home, {});
  const passphrase = "open sesame, says the canary";
  const child = await runDesktop({
    ...desktopEnvironment(place.path, api.url),
    HOME: place.path,
    HIVESYNC_CREDENTIALS_STORE: "encrypted-file",
    HIVESYNC_CREDENTIALS_PASSPHRASE: passphrase,
    HIVESYNC_LOG_LEVEL: "debug",
  });
  expect(await child.isListening).toBe(true);
  const discoveryFile = discoveryPath(path.join(place.path, "run"), api.url);
  const { port, token } = await readOwnDiscovery(discoveryFile);
  const call = (wanted: string, body?: unknown) =>
    callPort(port, wanted, { token, ...(body === undefined ? {} : { body }) });

  const user = await api.register();
  const projectId = (await api.call("POST /projects", user, { name: "Todo" }))["id"];
  expect((await call("POST /login", { email: user.email, password: testPassword })).status).toBe(200);
  // The store is the one that every program of the user opens.
  const directory = path.join(place.path, ".config", "hivesync", "credentials");
  const store = await createCredentialStore({ kind: "encrypted-file", passphrase, directory });
  const login = await store.load(api.url);
  await call("POST /login", { email: user.email, password: "a wrong password canary" });
  await call("POST /login", { email: user.email, password: 5, refresh_token: "a misplaced canary" });
  await call("POST /link", { directory: app });
  await call("POST /manifest", { directory: app });
  const published = await call("POST /publish", { directory: app, project_id: projectId });
  expect(published.status).toBe(200);
  const previewToken = String(published.body.data["preview_url"]).split("/p/")[1] ?? "";
  await call("GET /api/v1/projects?canary=in-the-query");
  await call("GET /trpc/projects.list?batch=1&input=%7B%220%22%3A%7B%22canary%22%3A%22in-the-query%22%7D%7D");
  await call("POST /api/v1/auth/refresh", { refresh_token: login?.refreshToken });
  await callPort(port, "GET /status", { token: "x".repeat(43) });
  await call(`GET /${token}?token=${token}`);
  const renewed = await store.load(api.url);
  await call("GET /logs");
  await call("POST /logout", {});
  await child.stop("SIGTERM");

  const secrets = [
    testPassword,
    "a wrong password canary",
    "a misplaced canary",
    "in-the-query",
    "canary-in-dotenv",
    passphrase,
    token,
    previewToken,
    ...[login, renewed].flatMap((kept) => (kept ? [kept.accessToken, kept.refreshToken] : [])),
  ];
  expect(secrets.every((secret) => secret.length > 10)).toBe(true);
  const written = (await readAll(place.path)).filter(({ file }) => !file.startsWith(app));
  expect(written.map(({ file }) => path.extname(file)).toSorted()).toEqual([".json", ".log"]);
  const everything = [...written, { file: "what it printed", text: child.lines.join("\n") }];
  expect(everything.at(-1)?.text).toContain('"published"');
  const found = everything.flatMap(({ file, text }) =>
    secrets.flatMap((secret) =>
      spellings(secret)
        .filter((spelling) => text.includes(spelling))
        .map(() => `${secret} in ${file}`),
    ),
  );
  expect(found).toEqual([]);
  expect(everything.map(({ text }) => text).join("\n")).not.toMatch(/X-Amz-Signature=\w|eyJ[\w-]{10}/);
});

test("while it runs the one secret on the disk is the local token, in the file that is this user's alone", async () => {
  await using place = await testFolder();
  const child = await runDesktop({
    ...desktopEnvironment(place.path, api.url),
    HIVESYNC_CREDENTIALS_STORE: "encrypted-file",
    HIVESYNC_CREDENTIALS_PASSPHRASE: "open sesame",
  });
  expect(await child.isListening).toBe(true);
  const file = discoveryPath(path.join(place.path, "run"), api.url);
  const { port, token } = await readOwnDiscovery(file);
  const user = await api.register();
  const body = { email: user.email, password: testPassword };
  expect((await callPort(port, "POST /login", { token, body })).status).toBe(200);
  const files = await readAll(place.path);
  expect(files.filter(({ text }) => text.includes(token)).map(({ file }) => file)).toEqual([file]);
  expect(files.filter(({ text }) => /eyJ[\w-]{10}|hsr_/.test(text) || text.includes(testPassword))).toEqual([]);
  await child.stop();
});
