import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tryWalls, type Walls } from "@hivesync/platform/child/walls";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { startConfined } from "#child/build-child.ts";
import { DEFAULT_BUILD_LIMITS, openBuildChildren, runBuildInChild, type BuildChildren } from "#run-build-in-child.ts";
import type { BreakOut, BrokenOut } from "#testing/break-out-command.ts";
import { processesIn } from "#testing/processes-in.ts";
import { NATIVE_TODO, writeBlobs, type TestProject } from "#testing/test-builder.ts";

const command = fileURLToPath(new URL("../testing/break-out-command.ts", import.meta.url));
const canary = `canary-${randomUUID()}`;
const secret = `secret-${randomUUID()}`;

let directory: string;
let found: Awaited<ReturnType<typeof tryWalls>>;
let secretive: ChildProcess;
let reached = 0;
const server = createServer((socket) => {
  reached += 1;
  socket.end();
});

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hivesync-walls-"));
  for (const folder of ["runtimes/empty", "rooms/own", "rooms/other"]) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  for (const file of ["rooms/own/blob", "rooms/other/blob", "data"]) await writeFile(join(directory, file), secret);
  await using stack = await createTestStack();
  found = await tryWalls(stack.bubblewrap ?? "bwrap");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // What a worker's secrets are in: the environment of a process of the same user.
  secretive = spawn("sleep", ["1000"], { env: { SECRET: canary }, stdio: "ignore" });
});
afterAll(async () => {
  server.close();
  secretive.kill();
  await rm(directory, { recursive: true, force: true });
});

/** What a person is told where these tests cannot be run. */
function wallsOf(context: TestContext): Walls {
  if (found.walls) return found.walls;
  return context.skip(`this machine cannot put walls up: ${found.reason}`);
}

const inside = (path: string): string => join(directory, path);

async function breakOut(walls: Walls | undefined, more: Partial<BreakOut> = {}) {
  const child = startConfined([process.execPath, command], {
    limits: DEFAULT_BUILD_LIMITS,
    directory: inside("runtimes/empty"),
    runtimeCacheDirectory: inside("runtimes"),
    room: inside("rooms/own"),
    walls,
    isAhead: false,
  });
  const job: BreakOut = {
    port: (server.address() as AddressInfo).port,
    parent: process.pid,
    read: [inside("rooms/own/blob"), inside("rooms/other/blob"), inside("data"), "/etc/passwd"],
    write: [
      inside("rooms/own/blob"),
      inside("rooms/own/new"),
      inside("runtimes/new"),
      inside("new"),
      "/tmp/hivesync-new",
    ],
    canary,
    ...more,
  };
  reached = 0;
  try {
    const read = ({ result }: { result: BrokenOut }) => result;
    return await child.run({ job, read, timeoutMs: 20_000, maxResidentMb: 4_000 });
  } finally {
    await child.end();
  }
}

async function buildProject(children: BuildChildren, project: TestProject): Promise<boolean> {
  using place = await children.open({ options: { platform: "web" }, scope: "team", project: "project" });
  const { files } = await writeBlobs(project, place.directory);
  const result = await place.build({ files });
  if (!result.ok) throw new Error(result.log);
  return result.ok;
}

describe("inside the walls", () => {
  test("neither a build's process nor what it starts reaches the network, a file that is not its own, or another process", async (context) => {
    const walls = wallsOf(context);
    expect(await breakOut(walls)).toEqual({
      answer: {
        network: "ECONNREFUSED",
        interfaces: ["lo"],
        read: [secret, "ENOENT", "ENOENT", "ENOENT"],
        readBelow: [secret, "refused", "refused", "refused"],
        write: Array.from({ length: 5 }, () => "refused"),
        environments: 0,
        parent: "ESRCH",
      },
    });
    expect(reached).toBe(0);
    expect(await readFile(inside("rooms/own/blob"), "utf8")).toBe(secret);
  });

  test("what starts processes without end is ended with all of them, though they have left its group", async (context) => {
    const walls = wallsOf(context);
    expect(await breakOut(walls, { forks: true })).toMatchObject({ hit: "processes" });
    const left = await waitUntil(
      () => processesIn(directory),
      (pids) => pids.length === 0,
    );
    expect(left).toEqual([]);
  });

  test("a build that uses up its processor time is told so there too", async (context) => {
    const walls = wallsOf(context);
    const runtimeCacheDirectory = inside("built");
    const { files, blobDirectory } = await writeBlobs({
      "index.js": "let a = () => { [1, { b: 2 }] };\n".repeat(1_500_000),
    });
    const limits = { cpuSeconds: 1, maxResidentMb: 8_000 };
    const request = { files, blobDirectory, runtimeCacheDirectory, options: { platform: "web" } as const };
    expect(await runBuildInChild({ ...request, limits, walls })).toMatchObject({ ok: false, limit: "cpu" });
    await rm(blobDirectory, { recursive: true });
  });

  test("builds run, with packages that come along, frameworks that are made on the way, and what an earlier one left", async (context) => {
    const walls = wallsOf(context);
    const runtimeCacheDirectory = inside("built");
    const bundleDirectory = inside("bundles");
    const roomsDirectory = inside("rooms");
    await using children = await openBuildChildren(
      { runtimeCacheDirectory, bundleDirectory, roomsDirectory, walls, warm: { projects: 1 } },
      1,
    );
    const project = {
      "index.html": `<div id="app"></div><script type="module" src="main.js"></script>`,
      "package.json": JSON.stringify({ dependencies: { vue: "3", "date-fns": "4" } }),
      "main.js": `import { addDays } from "date-fns"; import { createApp } from "vue"; import App from "./App.vue";
        console.log(addDays(new Date(), 1)); createApp(App).mount("#app");`,
      "App.vue": "<template><p>hello</p></template><style lang='scss'>p { a { color: red } }</style>",
    };
    for (const round of ["first", "second"])
      expect([round, await buildProject(children, project)]).toEqual([round, true]);
    expect(await buildProject(children, NATIVE_TODO)).toBe(true);
  });
});

describe("without walls", () => {
  test("the same reaches what the worker reaches, so that these tests can fail; but no file grows", async () => {
    const { answer } = await breakOut(undefined);
    expect(answer).toMatchObject({
      network: "connected",
      read: [secret, secret, secret, expect.stringContaining("root:")],
      write: Array.from({ length: 5 }, () => "refused"),
      parent: "reached",
    });
    expect(answer?.environments).toBeGreaterThan(0);
    expect(reached).toBe(1);
    expect((await stat(inside("new"))).size).toBe(0);
  });

  test("the reason is told", async () => {
    expect(await tryWalls("/nowhere/bwrap")).toEqual({ reason: "bubblewrap (bwrap) is not installed" });
    const refusing = inside("refusing");
    await writeFile(refusing, "#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n", {
      mode: 0o755,
    });
    expect(await tryWalls(refusing)).toEqual({ reason: "bwrap: No permissions to create a new namespace" });
  });
});
