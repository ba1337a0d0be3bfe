import { execFile, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGitServer, type GitServer } from "#testing/git-server.ts";
import { processesIn } from "#testing/processes.ts";
import { makeScratch, type Scratch } from "#testing/scratch.ts";

let server: GitServer;
let scratch: Scratch;

beforeAll(async () => {
  server = await startGitServer();
  scratch = await makeScratch(server);
  const origin = await server.create("slow");
  await origin.commit({ files: { a: String(Math.random()).repeat(1_000) } });
  server.behave("slow", { bytesPerSecond: 50 });
});
afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
  await server.close();
});

const run = promisify(execFile);
const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
const isFetching = (found: { command: string }[]): boolean =>
  found.some(({ command }) => command.includes("remote-https"));

test("an abort ends git and all that it started, with the signal's reason", async () => {
  const controller = new AbortController();
  const { repository, folder } = await scratch.mirror({ signal: controller.signal });
  const fetching = repository.fetch({ url: server.url("slow") }).catch((error: unknown) => error);
  await waitUntil(() => processesIn(folder), isFetching);
  controller.abort(new Error("cancelled"));
  expect(await fetching).toEqual(new Error("cancelled"));
  expect(
    await waitUntil(
      () => processesIn(folder),
      (found) => found.length === 0,
    ),
  ).toEqual([]);
});

test("a signal that was aborted before starts nothing", async () => {
  server.forget();
  const controller = new AbortController();
  const { repository } = await scratch.mirror({ signal: controller.signal });
  controller.abort(new Error("cancelled"));
  await expect(repository.fetch({ url: server.url("slow") })).rejects.toThrow("cancelled");
  await expect(repository.refs()).rejects.toThrow("cancelled");
  expect(server.seen.connections).toBe(0);
});

test("a parent that is killed takes git and all that it started with it", async () => {
  const { folder } = await scratch.mirror();
  const file = path.join(scratch.folder, "parent.mjs");
  const { signal: _signal, ...options } = scratch.options();
  await writeFile(
    file,
    `import { openRepository } from ${url("../repository.ts")};
    const options = { ...${JSON.stringify(options)}, signal: new AbortController().signal };
    const repository = await openRepository(${JSON.stringify(folder)}, options);
    await repository.fetch({ url: ${JSON.stringify(server.url("slow"))} });`,
  );
  const parent = spawn(process.execPath, [file], { stdio: ["ignore", "ignore", "inherit"] });
  await waitUntil(() => processesIn(folder), isFetching);
  parent.kill("SIGKILL");
  expect(
    await waitUntil(
      () => processesIn(folder),
      (found) => found.length === 0,
    ),
  ).toEqual([]);
});

test("a git that is too old to keep to its settings is not used", async () => {
  for (const [version, told] of [
    ["git version 2.36.9", /2\.39 or newer/],
    ["something else", /2\.39 or newer/],
  ] as const) {
    const folder = path.join(scratch.folder, `bin-${version.length}`);
    await mkdir(folder);
    await writeFile(path.join(folder, "git"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
    const file = path.join(folder, "start.mjs");
    await writeFile(
      file,
      `import { createRepository } from ${url("../repository.ts")};
      const options = { ...${JSON.stringify(scratch.options())}, signal: new AbortController().signal };
      await createRepository(${JSON.stringify(path.join(folder, "mirror"))}, options);`,
    );
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    const failure: unknown = await run(process.execPath, [file], { env }).catch((error: unknown) => error);
    expect(String(failure)).toMatch(told);
  }
});
