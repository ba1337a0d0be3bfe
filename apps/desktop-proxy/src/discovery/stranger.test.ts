import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createMemoryStore } from "@hivesync/sdk";
import { createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from "vitest";
import { startApi, testPassword, type RunningApi, type TestUser } from "#testing/start-api.ts";
import { callPort, startTestDesktop, type TestDesktop } from "#testing/test-desktop.ts";

let api: RunningApi;
let user: TestUser;
let desktop: TestDesktop;
let hive: NodeHiveSync;
let strangers: Server[];
let received: string;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

beforeEach(async () => {
  received = "";
  strangers = [];
  user = await api.register();
  desktop = await startTestDesktop({ upstream: api.url });
  await desktop.call("POST /login", { body: { email: user.email, password: testPassword } });
  const runtimeDirectory = path.dirname(desktop.discoveryFile);
  hive = createHiveSync({ baseUrl: api.url, credentials: createMemoryStore(), runtimeDirectory });
});
afterEach(async () => {
  await desktop[Symbol.asyncDispose]();
  for (const stranger of strangers) stranger.close();
});

/** Lets the file name a stranger's port, as when the Desktop has died and another program came there. */
const putInPlace = async (stranger: Server): Promise<void> => {
  strangers.push(stranger);
  stranger.on("connection", (socket) => {
    socket.on("error", () => undefined).on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
  });
  stranger.listen(0, "127.0.0.1");
  await once(stranger, "listening");
  const { port } = stranger.address() as AddressInfo;
  await writeFile(desktop.discoveryFile, JSON.stringify({ ...desktop.discovery, port }));
};

const expectNothingLearned = async (): Promise<void> => {
  await hive.auth.login({ email: user.email, password: testPassword });
  expect((await hive.api.projects.list.query({})).items).toEqual([]);
  await hive.api.projects.create.mutate({ name: "Secret plans" });
  expect(hive.mode).toBe("direct");
  expect(received).toMatch(/^GET \/hivesync-desktop-api\?nonce=[\w-]+ HTTP\/1\.1\r\n/);
  const secrets = [desktop.discovery.token, user.id, user.email, testPassword, "Bearer", "Secret plans", "projects."];
  expect(secrets.filter((secret) => received.includes(secret))).toEqual([]);
};

test("one that says nothing is told a question and nothing else", async () => {
  await putInPlace(createServer(() => undefined));
  await expectNothingLearned();
});

test("one that speaks something else learns nothing", async () => {
  await putInPlace(createServer((socket) => void socket.end("SSH-2.0-OpenSSH_9.9\r\n")));
  await expectNothingLearned();
});

test("one that calls itself a Desktop, with a proof of its own making, learns nothing", async () => {
  const said = { name: "hivesync-desktop", version: "0.0.0", upstream: api.url, user: null, proof: "A".repeat(43) };
  await putInPlace(
    createHttpServer((_request, response) => void response.end(JSON.stringify({ ok: true, data: said, error: null }))),
  );
  await expectNothingLearned();
});

test("one that has the real Desktop answer for it learns nothing: the proof is of another port", async () => {
  const relay = createHttpServer((request, response) => {
    const query = request.url?.slice(request.url.indexOf("?")) ?? "";
    void callPort(desktop.proxy.port, `GET ${query}`).then(({ body }) => response.end(JSON.stringify(body)));
  });
  await putInPlace(relay);
  await expectNothingLearned();
});
