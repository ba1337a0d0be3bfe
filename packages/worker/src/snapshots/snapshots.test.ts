import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { unpackChromium } from "@hivesync/chromium/unpack-chromium";
import { createLogger, type Logger } from "@hivesync/platform/logger";
import { waitUntil } from "@hivesync/testing/wait-until";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { confinedCommand, confinedUser } from "./confinement.ts";
import { openSnapshots, type SnapshotService } from "./open-snapshots.ts";
import { openSnapshotTaker } from "./snapshot-taker.ts";
import { snapshotSizes } from "./snapshot-sizes.ts";

const log: Logger = createLogger({ level: "error", service: "test" });
const never = new AbortController().signal;

let service: SnapshotService;
let browserDirectory: string;

beforeAll(async () => {
  browserDirectory = await unpackChromium();
  // Also where the machine of the tests cannot confine a page: what the pictures show is the same.
  service = await openSnapshots({ mode: "unsafe", log: { ...log, warn: () => undefined } });
}, 120_000);

function take(html: string, signal = never) {
  if (!service.taker) throw new Error("no Chromium starts on this machine");
  return service.taker.take(Buffer.from(html), signal);
}

/** A PNG's width and height stand in its first chunk. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect(Buffer.from(png).subarray(1, 4).toString()).toBe("PNG");
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

async function startListener(): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(200, { "access-control-allow-origin": "*" }).end("reached");
  });
  server.on("connection", () => (asked += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

test("a page is pictured on a phone, a tablet and a desktop, each in its own size", async () => {
  const { snapshots, warnings } = await take("<!doctype html><body style='background: teal'><h1>Hello");
  expect(warnings).toEqual([]);
  expect(Object.fromEntries(snapshots.map(({ size, png }) => [size, sizeOf(png)]))).toEqual(snapshotSizes);
});

test("what a script draws is in the picture", async () => {
  const draw = (color: string) => `<!doctype html><body><script>
    addEventListener("load", () => requestAnimationFrame(() => { document.body.style.background = "${color}"; }));
  </script>`;
  const [red, green, alike] = [await take(draw("red")), await take(draw("green")), await take(draw("green"))];
  const pictures = [red, green, alike].map(({ snapshots }) => Buffer.from(snapshots[0]?.png ?? []).toString("base64"));
  expect(pictures[0]).not.toBe(pictures[1]);
  expect(pictures[1]).toBe(pictures[2]);
});

test("a page reaches no server, by whatever way it asks", async () => {
  const { url, asked } = await startListener();
  const { snapshots, warnings } = await take(`<!doctype html>
    <link rel="stylesheet" href="${url}/style.css"><img src="${url}/image.png"><iframe src="${url}/frame"></iframe>
    <script>
      fetch("${url}/fetch", { mode: "no-cors" }).catch(() => undefined);
      navigator.sendBeacon("${url}/beacon");
      new WebSocket("${url.replace("http", "ws")}/socket");
      new EventSource("${url}/events");
      new RTCPeerConnection({ iceServers: [{ urls: "${url.replace("http://", "stun:")}" }] });
      open("${url}/popup");
    </script>`);
  expect([snapshots.length, warnings]).toEqual([3, []]);
  expect(asked()).toBe(0);
});

test("a page that leads elsewhere, asks questions and downloads is pictured, and gets nowhere", async () => {
  const { url, asked } = await startListener();
  await take(`<!doctype html><a download href="data:text/plain,x">x</a><script>
    alert("hello"); confirm("sure?"); document.querySelector("a").click(); location.href = "${url}/away";
  </script>`);
  expect(asked()).toBe(0);
});

test("a page that never comes to rest has no pictures, and a warning says so", async () => {
  expect(await take("<script>for (;;);</script>")).toEqual({
    snapshots: [],
    warnings: ["No picture of the size phone was taken: the page did not come to rest in time."],
  });
});

test("a page that swells is ended at the limit of memory, and one that takes too long at that of time", async () => {
  const limits = { timeoutMs: 20_000, maxResidentMb: 700 };
  const confinement = { namespaces: false, isOtherUser: false, browserSandbox: false };
  const quiet = { ...log, warn: () => undefined };
  const swelling = `<script>const held = []; setInterval(() => {
    for (let count = 0; count < 10; count++) held.push(new Uint8Array(8e6).fill(1)); }, 5);</script>`;
  const small = openSnapshotTaker({ confinement, browserDirectory, log: quiet, limits });
  expect((await small.take(Buffer.from(swelling), never)).warnings).toEqual([
    "No pictures were taken: the page needed more memory than it may use (700 MB).",
  ]);
  const short = openSnapshotTaker({ confinement, browserDirectory, log: quiet, limits: { ...limits, timeoutMs: 10 } });
  expect((await short.take(Buffer.from("<p>hi"), never)).warnings).toEqual([
    "No pictures were taken: the page took longer than 0.01 s.",
  ]);
});

/** Processes of the machine whose command line holds the text. */
async function processesWith(text: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.filter((_, index) => lines[index]?.includes(text)).map(Number);
}

test("taking pictures is stopped by its signal, and leaves neither process nor folder behind", async () => {
  const controller = new AbortController();
  const taking = take("<script>for (;;);</script>", controller.signal);
  await waitUntil(
    () => processesWith("hivesync-snapshot-"),
    (pids) => pids.length > 0,
  );
  controller.abort(new Error("cancelled"));
  await expect(taking).rejects.toThrow("cancelled");
  expect(
    await waitUntil(
      () => processesWith("hivesync-snapshot-"),
      (pids) => pids.length === 0,
    ),
  ).toEqual([]);
});

test("switched off, nobody takes pictures", async () => {
  expect(await openSnapshots({ mode: "off", log })).toEqual({ sandbox: "none", taker: undefined });
});

test("as root the walls are put up by root and every privilege is taken away inside; others need a user namespace", () => {
  const walls = { namespaces: true, isOtherUser: true, browserSandbox: true };
  const asRoot = confinedCommand(walls, ["node"]).join(" ");
  expect(asRoot).toMatch(/^unshare --net --pid .* setpriv .*--no-new-privs --bounding-set=-all node$/);
  expect(asRoot).toContain(`--reuid ${confinedUser} --regid ${confinedUser} --clear-groups`);
  const asUser = confinedCommand({ ...walls, isOtherUser: false }, ["node"]).join(" ");
  expect(asUser).toMatch(/^unshare --user --map-current-user --net --pid .* node$/);
});

test("inside the walls a process owns nothing, may nothing, sees no other process and no network", async (context) => {
  if (service.sandbox === "none") context.skip("this machine cannot put the walls up");
  const isOtherUser = process.getuid?.() === 0;
  const look = [
    "id -u; id -G; grep -E '^(CapEff|NoNewPrivs)' /proc/self/status",
    "tail -n +2 /proc/net/route | wc -l",
    "ls /proc | grep -c '^[0-9]'",
  ].join("; ");
  const walls = { namespaces: true, isOtherUser, browserSandbox: true };
  const [file = "", ...args] = confinedCommand(walls, ["sh", "-c", look]);
  const { stdout } = await promisify(execFile)(file, args);
  const lines = stdout.trim().split("\n");
  const own = [process.getuid?.(), process.getgid?.()].map(String);
  const [user, group, capabilities, privileges, routes, processes] = lines;
  expect([user, group?.split(" ")[0]]).toEqual(isOtherUser ? [`${confinedUser}`, `${confinedUser}`] : own);
  expect([capabilities, privileges]).toEqual([
    "CapEff:	0000000000000000",
    expect.stringMatching(isOtherUser ? /1$/ : /[01]$/),
  ]);
  expect(routes).toBe("0");
  expect(Number(processes)).toBeLessThanOrEqual(4);
});
