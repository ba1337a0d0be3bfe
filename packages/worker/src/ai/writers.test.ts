import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "@hivesync/platform/ids";
import { tryWalls } from "@hivesync/platform/child/walls";
import { createTestStack } from "@hivesync/testing/test-stack";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WriterSettings } from "./ai-variables.ts";
import { openWriters, type WriterOrder, type Writers } from "./writers.ts";

// What it does is the text of the first file: "environment" gives its environment back.
const command = fileURLToPath(new URL("../testing/stubborn-writer-command.ts", import.meta.url));
const settings: WriterSettings = { engine: { engine: "static" }, timeoutMs: 20_000, maxResidentMb: 1_000 };

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "hivesync-writers-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function orderOf(text: string, signal = new AbortController().signal): Promise<WriterOrder> {
  const sha256 = sha256Hex(text);
  await writeFile(path.join(directory, sha256), text);
  const selection = [{ path: "a.ts", sha256, size: text.length }];
  const input = { job_type: "explain", selection, context: [], options: { replace: false } } as const;
  return { input: { ...input, context: [] }, blobDirectory: directory, signal, onProgress: () => undefined };
}

async function environmentOf(writers: Writers): Promise<string[]> {
  const { result } = await writers.write(await orderOf("environment"));
  // What the kernel and the shell themselves put there is no setting of ours.
  return (result?.markdown ?? "")
    .split("\0")
    .filter((line) => line !== "" && !/^(PWD|OLDPWD|SHLVL|_|NODE_CHANNEL_.*)=/.test(line));
}

test("a writer's environment holds nothing of the worker's", async () => {
  await using writers = openWriters({ settings, directory, command });
  expect(await environmentOf(writers)).toEqual([]);
});

test("a writer of the static engine reads its own files and none of the host's, where there are walls", async (context) => {
  await using stack = await createTestStack();
  const { walls, reason } = await tryWalls(stack.bubblewrap ?? "bwrap");
  if (walls === undefined) return context.skip(`this machine cannot put walls up: ${reason}`);
  const read = async (writers: Writers) =>
    (await writers.write(await orderOf("read the host"))).result?.markdown.split(":")[0];
  await using confined = openWriters({ settings, directory, command, walls });
  await using open = openWriters({ settings, directory, command });
  expect([await read(confined), await read(open)]).toEqual(["ENOENT", "root"]);
});

test("of several GPUs each is used by one writer at a time, and again when that one has ended", async () => {
  await using writers = openWriters({ settings, directory, command, gpus: ["GPU-a", "GPU-b"] });
  const [first, second] = await Promise.all([environmentOf(writers), environmentOf(writers)]);
  expect([first, second].flat().toSorted((one, other) => one.localeCompare(other))).toEqual([
    "CUDA_VISIBLE_DEVICES=GPU-a",
    "CUDA_VISIBLE_DEVICES=GPU-b",
  ]);
  expect(await environmentOf(writers)).toEqual([expect.stringMatching(/^CUDA_VISIBLE_DEVICES=GPU-[ab]$/)]);
});

test("an order that is off before it begins starts nothing", async () => {
  await using writers = openWriters({ settings, directory, command });
  const order = await orderOf("hang", AbortSignal.abort(new Error("cancelled")));
  await expect(writers.write(order)).rejects.toThrow("cancelled");
});
