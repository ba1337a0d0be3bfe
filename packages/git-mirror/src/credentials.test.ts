import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { inspect } from "node:util";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGitServer, type GitServer } from "./testing/git-server.ts";
import { processesIn, type SeenProcess } from "./testing/processes.ts";
import { makeScratch, type Scratch } from "./testing/scratch.ts";

const token = "canary+token/with=odd:signs";
const login = { username: "x-access-token", password: token };
const basic = Buffer.from(`${login.username}:${token}`).toString("base64");
const spellings = [token, encodeURIComponent(token), basic];

let server: GitServer;
let scratch: Scratch;

beforeAll(async () => {
  server = await startGitServer();
  scratch = await makeScratch(server);
});
afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
  await server.close();
});

const remote = (name: string, password?: string) => ({
  url: server.url(name),
  ...(password !== undefined && { credentials: { username: login.username, password } }),
});

const holdsToken = (text: string): boolean => spellings.some((spelling) => text.includes(spelling));

async function filesWithToken(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "latin1").catch(() => "")));
  return files.filter((_, index) => holdsToken(texts[index] ?? ""));
}

test("a private repository is mirrored with its token, which is sent only when the host asks", async () => {
  const origin = await server.create("private");
  const commit = await origin.commit({ files: { a: "1" } });
  server.behave("private", { login });
  server.forget();
  const { repository } = await scratch.mirror();
  await repository.listRemote(remote("private", token));
  await repository.fetch(remote("private", token));
  expect(await repository.refs()).toEqual({ "refs/heads/main": commit });
  const sent = new Set(server.seen.requests.map(({ authorization }) => authorization));
  expect(sent).toEqual(new Set([undefined, `Basic ${basic}`]));
  server.behave("private", {});
  server.forget();
  await repository.fetch(remote("private", token));
  expect(server.seen.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test("a token reaches no other host, neither by a redirect nor by another repository's address", async () => {
  await using other = await startGitServer({ certificates: server.certificates });
  server.behave("lures", { redirectTo: `${other.url("private")}/info/refs?service=git-upload-pack` });
  other.behave("asks", { login: { username: "x", password: "y" } });
  const hosts = [server.host, other.host];
  const { repository } = await scratch.mirror({ access: { ...server.access, hosts, loopbackHosts: hosts } });
  await expect(repository.fetch(remote("lures", token))).rejects.toMatchObject({ reason: "redirected" });
  await expect(repository.fetch({ url: other.url("asks") })).rejects.toMatchObject({ reason: "not_found_or_private" });
  expect(other.seen.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test("a token is in no argument, no variable and no file while a fetch runs, nor afterwards", async () => {
  const origin = await server.create("watched");
  // Git unpacks from the first whole packet on, of up to 64 KiB: one that holds all of a pack would show it for a moment only.
  await origin.commit({ files: { a: randomBytes(500_000) } });
  server.behave("watched", { login, bytesPerSecond: 50_000 });
  const controller = new AbortController();
  const { repository, folder } = await scratch.mirror({ signal: controller.signal });
  const fetching = repository.fetch(remote("watched", token)).catch((error: unknown) => error);
  const unpacking = waitUntil(
    () => processesIn(folder),
    (found) => found.some(({ command }) => command.includes("index-pack") || command.includes("unpack-objects")),
  );
  const processes = await Promise.race([
    unpacking,
    fetching.then((end) => Promise.reject(new Error(`The fetch was over too early: ${inspect(end)}`))),
  ]);
  const names = (found: SeenProcess[]): string => found.map(({ command }) => command.replaceAll("\0", " ")).join("\n");
  expect(names(processes)).toContain("remote-https");
  for (const { command, environment } of processes) {
    expect(holdsToken(command)).toBe(false);
    expect(holdsToken(environment)).toBe(false);
    expect(environment).toContain("GIT_CONFIG_NOSYSTEM=1");
  }
  expect(await filesWithToken(scratch.folder)).toEqual([]);
  controller.abort(new Error("seen enough"));
  await fetching;
  expect(await filesWithToken(scratch.folder)).toEqual([]);
});

test("a git process is told nothing of this process's environment but where programs are", async () => {
  const origin = await server.create("environment");
  await origin.commit({ files: { a: "1" } });
  server.behave("environment", { bytesPerSecond: 100 });
  const controller = new AbortController();
  const { repository, folder } = await scratch.mirror({ signal: controller.signal });
  const fetching = repository.fetch(remote("environment")).catch((error: unknown) => error);
  const processes = await waitUntil(
    () => processesIn(folder),
    (found) => found.some(({ command }) => command.includes("remote-https")),
  );
  const known = /^(PATH|HOME|PWD|LC_ALL|MALLOC_ARENA_MAX|GIT_\w+)=/;
  const variables = processes.flatMap(({ environment }) => environment.split("\0").filter((line) => line !== ""));
  expect(variables.length).toBeGreaterThan(0);
  expect(variables.filter((line) => !known.test(line))).toEqual([]);
  controller.abort(new Error("seen enough"));
  await fetching;
});

test.each([
  ["a wrong token", "wrong-token", "token_refused"],
  ["no token", undefined, "not_found_or_private"],
  ["a token with a line break", "x\npassword=y", "token_refused"],
])("%s is refused, and the refusal does not tell it", async (_, password, reason) => {
  const name = `refuses-${reason}-${password?.length ?? 0}`;
  await server.create(name);
  server.behave(name, { login });
  const { repository } = await scratch.mirror();
  for (const call of [repository.listRemote, repository.fetch]) {
    const error: unknown = await call(remote(name, password)).then(
      () => "no refusal",
      (refusal: unknown) => refusal,
    );
    expect(error).toMatchObject({ reason });
    expect(inspect(error, { depth: 5 })).not.toContain(password ?? token);
  }
});

test("a host that repeats the token in what it says does not bring it into an error", async () => {
  const said = Buffer.from(`ERR your token is ${token} \u001b[31m and ${basic}`);
  const packet = `${(said.length + 4).toString(16).padStart(4, "0")}${said.toString()}`;
  server.behave("repeats", {
    answer: (_, response) => {
      response.setHeader("content-type", "application/x-git-upload-pack-advertisement");
      return response.end(`001e# service=git-upload-pack\n0000${packet}`).writableEnded;
    },
  });
  const { repository } = await scratch.mirror();
  const error: unknown = await repository.listRemote(remote("repeats", token)).catch((failure: unknown) => failure);
  expect(String(error)).toContain("your token is ***");
  expect(holdsToken(inspect(error, { depth: 5 }))).toBe(false);
  expect(String(error)).not.toMatch(/\p{Cc}/u);
});
