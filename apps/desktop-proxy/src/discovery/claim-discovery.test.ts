import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { newSecret } from "@hivesync/platform/ids";
import { discoveryPath } from "@hivesync/sdk/desktop/runtime-folder";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AlreadyRunningError } from "#start-desktop-proxy.ts";
import { desktopEnvironment, runDesktop, type DesktopProcess } from "#testing/start-process.ts";
import { callPort, readOwnDiscovery, startTestDesktop, testFolder, type TestDesktop } from "#testing/test-desktop.ts";

// Nobody answers there, and nobody has to: being found is a matter of this machine.
const upstream = "http://127.0.0.1:9";
let own: AsyncDisposable & { path: string };
let folder: string;
let file: string;
const processes: DesktopProcess[] = [];

beforeEach(async () => {
  own = await testFolder();
  folder = own.path;
  file = discoveryPath(path.join(folder, "run"), upstream);
});

afterEach(async () => {
  await Promise.all(processes.splice(0).map((child) => child.stop()));
  await own[Symbol.asyncDispose]();
});

const run = async (): Promise<DesktopProcess> => {
  const child = await runDesktop(desktopEnvironment(folder, upstream));
  processes.push(child);
  return child;
};
const exists = (name: string): Promise<boolean> =>
  stat(name).then(
    () => true,
    () => false,
  );
const isAnswering = async (port: number): Promise<boolean> =>
  callPort(port, `GET ?nonce=${newSecret()}`).then(
    ({ status }) => status === 200,
    () => false,
  );

describe("the discovery file", () => {
  test("is for this user alone, whole, and with a token of its own at each start", async () => {
    await mkdir(path.join(folder, "run"), { mode: 0o755 });
    await chmod(path.join(folder, "run"), 0o755);
    const tokens = new Set<string>();
    for (let starts = 0; starts < 3; starts += 1) {
      await using desktop = await startTestDesktop({ upstream, folder });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
      expect(desktop.discovery).toEqual({
        version: 1,
        port: desktop.proxy.port,
        pid: process.pid,
        token: expect.any(String),
        upstream,
      });
      expect(await readdir(path.dirname(file))).toEqual([path.basename(file)]);
      tokens.add(desktop.discovery.token);
    }
    expect(tokens.size).toBe(3);
    expect(await exists(file)).toBe(false);
  });

  test("is taken away by SIGTERM, and the process ends with 0", async () => {
    const child = await run();
    // It is there before the process says that it listens: what stops a Desktop does not wait for its log.
    await waitUntil(() => exists(file), Boolean, { everyMs: 1 });
    const { pid } = await readOwnDiscovery(file);
    process.kill(pid, "SIGTERM");
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(await exists(file)).toBe(false);
  });

  test("that was cleaned away is written again", async () => {
    await using desktop = await startTestDesktop({ upstream, folder });
    await rm(path.dirname(file), { recursive: true });
    await waitUntil(() => exists(file), Boolean);
    expect(await readOwnDiscovery(file)).toEqual(desktop.discovery);
  });

  test("of another Desktop is not taken away at the end, and the one that it replaced is told", async () => {
    let isReplaced = false;
    const desktop = await startTestDesktop({ upstream, folder, onReplaced: () => (isReplaced = true) });
    const other = JSON.stringify({ ...desktop.discovery, token: newSecret() });
    await writeFile(file, other);
    await waitUntil(() => isReplaced, Boolean);
    await desktop.proxy.close();
    expect(await readFile(file, "utf8")).toBe(other);
  });
});

describe("a stale file", () => {
  test("of a Desktop that was killed is taken over", async () => {
    const child = await run();
    expect(await child.isListening).toBe(true);
    const before = await readOwnDiscovery(file);
    process.kill(before.pid, "SIGKILL");
    await child.exited;
    await using desktop = await startTestDesktop({ upstream, folder });
    expect(desktop.discovery.token).not.toBe(before.token);
    expect(await isAnswering(desktop.discovery.port)).toBe(true);
  });

  test.each([
    ["answers without a proof", JSON.stringify({ ok: true, data: { name: "hivesync-desktop" }, error: null })],
    ["answers nothing of ours", "hello"],
  ])("whose port belongs to a stranger that %s is taken over", async (_what, answer) => {
    const stranger = createServer((_request, response) => void response.end(answer)).listen(0, "127.0.0.1");
    await waitUntil(() => stranger.listening, Boolean);
    const { port } = stranger.address() as AddressInfo;
    await mkdir(path.dirname(file), { mode: 0o700 });
    await writeFile(file, JSON.stringify({ version: 1, port, pid: process.pid, token: newSecret(), upstream }), {
      mode: 0o600,
    });
    await using desktop = await startTestDesktop({ upstream, folder });
    expect(desktop.discovery.port).not.toBe(port);
    stranger.close();
  });

  test.each([["{"], [""], ["{}"]])("that holds %j is taken over", async (text) => {
    await mkdir(path.dirname(file), { mode: 0o700 });
    await writeFile(file, text, { mode: 0o600 });
    await using desktop = await startTestDesktop({ upstream, folder });
    expect(desktop.discovery.pid).toBe(process.pid);
  });

  test("is taken over by exactly one of many that start at once", async () => {
    await mkdir(path.dirname(file), { mode: 0o700 });
    await writeFile(file, JSON.stringify({ version: 1, port: 9, pid: process.pid, token: newSecret(), upstream }), {
      mode: 0o600,
    });
    await expectOneWinner();
  });
});

async function expectOneWinner(): Promise<void> {
  const starts = await Promise.allSettled(Array.from({ length: 6 }, () => startTestDesktop({ upstream, folder })));
  const winners = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const losers = starts.flatMap((start) => (start.status === "rejected" ? [start.reason as unknown] : []));
  await Promise.all(winners.map((winner) => winner.proxy.close()));
  expect(winners).toHaveLength(1);
  expect(losers.every((reason) => reason instanceof AlreadyRunningError)).toBe(true);
  expect(await readdir(path.dirname(file))).toEqual([]);
}

describe("two Desktops", () => {
  test("for one API: of many that start at once exactly one wins", async () => {
    await expectOneWinner();
  });

  test("for one API: as two processes, the second says that one runs and ends with 1", async () => {
    const children = await Promise.all([run(), run()]);
    const listening = await Promise.all(children.map((child) => child.isListening));
    expect(listening.filter(Boolean)).toHaveLength(1);
    const loser = children[listening.indexOf(false)];
    expect(await loser?.exited).toEqual({ code: 1, signal: null });
    const winner = await readOwnDiscovery(file);
    expect(loser?.lines.join("\n")).toContain(
      `A HiveSync Desktop for ${upstream} already runs on port ${winner.port} (process ${winner.pid}).`,
    );
    expect(await isAnswering(winner.port)).toBe(true);
  });

  test("for two APIs run beside each other, the second on another port than the one that it wanted", async () => {
    await using first = await startTestDesktop({ upstream, folder });
    const others: TestDesktop[] = [];
    others.push(await startTestDesktop({ upstream: "http://127.0.0.1:10", folder, port: first.proxy.port }));
    const [second] = others;
    expect(second?.proxy.port).not.toBe(first.proxy.port);
    expect(await isAnswering(first.proxy.port)).toBe(true);
    expect(await isAnswering(second?.proxy.port ?? 0)).toBe(true);
    await second?.proxy.close();
    expect(await exists(first.discoveryFile)).toBe(true);
  });
});
