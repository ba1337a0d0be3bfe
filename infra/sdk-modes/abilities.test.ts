import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { api } from "@hivesync/contracts/api";
import { staysDirect } from "@hivesync/contracts/desktop";
import type { Endpoint } from "@hivesync/contracts/endpoint";
import { startGitServer } from "@hivesync/git-mirror/testing/git-server";
import { createCredentialStore, createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";
import { readAiInput } from "@hivesync/platform/storage/ai-input";
import { openStorage } from "@hivesync/platform/storage/client";
import { createTestStack } from "@hivesync/testing/test-stack";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { prepareProcesses } from "#faults/start-processes.ts";
import { registerRestUser } from "#faults/rest-user.ts";
import { appEntry, startProcess } from "#processes/start-process.ts";
import { useAbilities } from "./use-abilities.ts";

const stack = await createTestStack();
const gitServer = await startGitServer({ names: ["git.example.com"] });
const host = `git.example.com:${gitServer.port}`;
const shared = { HIVESYNC_REPO_HOSTS: host, HIVESYNC_TIERS: JSON.stringify({ Free: { aiJobsPerMinute: 4 } }) };
const own = { HIVESYNC_REPO_LOOPBACK_HOSTS: host, HIVESYNC_REPO_CA_FILE: gitServer.caFile };
const processes = await prepareProcesses(stack, undefined, {
  api: shared,
  worker: { ...shared, ...own },
  loopbackNames: ["git.example.com"],
});
const folder = await mkdtemp(path.join(tmpdir(), "hivesync-modes-"));
const passphrase = "a passphrase of this test";
const runtimeDirectory = path.join(folder, "run");
const directory = path.join(folder, "app");
await mkdir(path.join(directory, "src"), { recursive: true });
await writeFile(path.join(directory, "index.html"), "<script type=module src=src/main.js></script>");
await writeFile(
  path.join(directory, "src", "main.js"),
  "import { greet } from './greet.js';\nexport function show(name) {\n  document.body.append(greet(name));\n}\nshow('you');\n",
);
await writeFile(path.join(directory, "src", "greet.js"), "export const greet = (name) => `hello ${name}`;\n");
await writeFile(path.join(directory, ".env"), "SECRET=1");
await writeFile(path.join(directory, "package.json"), '{"name":"app"}');
const repository = await gitServer.create("team/app.git");
const commit = await repository.commit({
  files: { "index.html": "<p>mirrored", "src/half.js": "export const half = (value) => value / 2;\n" },
});
const repoUrl = `https://${host}/team/app.git`;
await Promise.all([processes.startApi(), processes.startWorker()]);

/** Signs a new user in: into a store of the client's own, or into the Desktop's. */
async function signIn(hive: NodeHiveSync): Promise<void> {
  const username = `modes_${crypto.randomUUID().slice(0, 8)}`;
  await hive.auth.register({ email: `${username}@example.com`, username, password: crypto.randomUUID() });
}

const desktopStore = await createCredentialStore({
  kind: "encrypted-file",
  passphrase,
  directory: path.join(folder, "hivesync", "credentials"),
});
await signIn(createHiveSync({ baseUrl: processes.apiUrl, credentials: desktopStore, desktop: "off" }));
const desktop = await startProcess({
  name: "desktop-proxy",
  command: [process.execPath, appEntry("desktop-proxy")],
  environment: {
    HIVESYNC_API_URL: processes.apiUrl,
    HIVESYNC_DESKTOP_PORT: "0",
    HIVESYNC_RUNTIME_DIRECTORY: runtimeDirectory,
    HIVESYNC_DESKTOP_DIRECTORY: path.join(folder, "desktop"),
    HIVESYNC_CREDENTIALS_STORE: "encrypted-file",
    HIVESYNC_CREDENTIALS_PASSPHRASE: passphrase,
    XDG_CONFIG_HOME: folder,
  },
  isReady: (line) => line.includes('"listening"'),
});

afterAll(async () => {
  await desktop.stop();
  await processes[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await gitServer[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What a plugin may do through a Desktop: everything that is not told to go direct. */
function forwarded(): string[] {
  return Object.entries(api).flatMap(([resource, endpoints]) =>
    Object.entries<Endpoint>(endpoints)
      .filter(([name, { kind }]) => !staysDirect(`${resource}.${name}`, kind))
      .map(([name]) => `${resource}.${name}`),
  );
}

/** What a project's AI jobs were told to read, in the order in which they were asked for. */
async function readAiInputs(projectId: string): Promise<unknown> {
  const sql = postgres(stack.databaseUrls.superuser, { max: 1 });
  const rows = await sql<{ input_key: string }[]>`
    SELECT input_key FROM ai_jobs WHERE project_id = ${projectId} ORDER BY id`;
  await sql.end();
  const storage = openStorage(stack.storage);
  return Promise.all(rows.map(({ input_key }) => readAiInput(storage, input_key)));
}

test("everything that a Desktop forwards does the same by either way", { timeout: 120_000 }, async () => {
  const baseUrl = processes.apiUrl;
  const { username } = await registerRestUser(baseUrl);
  // Without a login of its own: what it may do, it may by the Desktop's.
  const byDesktop = createHiveSync({ baseUrl, runtimeDirectory });
  const direct = createHiveSync({ baseUrl, desktop: "off" });
  await signIn(direct);

  const here = await useAbilities({ hive: byDesktop, other: { username }, directory, repoUrl, readAiInputs });
  expect(byDesktop.mode).toBe("desktop");
  const there = await useAbilities({ hive: direct, other: { username }, directory, repoUrl, readAiInputs });
  expect(direct.mode).toBe("direct");
  expect(here.transcript).toEqual(there.transcript);
  const outcomeOf = (step: string): unknown => here.transcript.find((told) => told.step === step)?.outcome;
  expect(outcomeOf("document a file")).toMatchObject({ files: [{ path: "src/main.js" }] });
  const [ofMirror, document, explain, again] = outcomeOf("what they were told to read") as unknown[];
  expect(ofMirror).toMatchObject({ selection: [{ path: "src/half.js" }] });
  expect(document).toMatchObject({ context: [{ path: "src/greet.js" }] });
  expect(explain).toMatchObject({ context: [] });
  expect(again).toEqual(document);
  expect(outcomeOf("mirror it")).toMatchObject({ status: "COMPLETED", head: commit, files: 2 });
  expect(outcomeOf("publish the mirror")).toMatchObject({ status: "COMPLETED", uploaded: { files: 0 } });
  expect(outcomeOf("document the mirror")).toMatchObject({ files: [{ path: "src/half.js" }] });
  expect([...here.called].toSorted()).toEqual(forwarded().toSorted());
});
