import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import { sha256Hex } from "@hivesync/platform/ids";
import { tryWalls, type Walls } from "@hivesync/platform/child/walls";
import { processesIn } from "@hivesync/preview-builder/testing/processes-in";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { describe, expect, onTestFinished, test, type TestContext } from "vitest";
import type { WriterSettings } from "./ai-variables.ts";
import { openWriters, type Writers, type WritersOptions, type WritingOf, type Written } from "./writers.ts";

// What it does is the text of the first file: "environment" gives its environment back.
const command = fileURLToPath(new URL("../testing/stubborn-writer-command.ts", import.meta.url));
const engines = fileURLToPath(new URL("./writer-command.ts", import.meta.url));
const settings: WriterSettings = { engine: { engine: "static" }, timeoutMs: 20_000, maxResidentMb: 1_000 };
const own: WritingOf = { teamId: "team", projectId: "project" };

interface OpenWriters {
  writers: Writers;
  directory: string;
  running: () => Promise<number[]>;
}

/** Writers that leave neither a process nor a folder behind. */
async function open(options: Partial<WritersOptions> = {}): Promise<OpenWriters> {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-writers-"));
  const writers = openWriters({ settings, directory, command, ...options });
  const running = (): Promise<number[]> => processesIn(directory);
  onTestFinished(async () => {
    await writers[Symbol.asyncDispose]();
    expect(await running()).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
    await rm(directory, { recursive: true });
  });
  return { writers, directory, running };
}

interface Job {
  of?: WritingOf;
  job_type?: AiInput["job_type"];
  name?: string;
  /** Texts of files besides the first one. */
  more?: readonly string[];
  signal?: AbortSignal;
  onProgress?: () => void;
}

async function write({ writers }: OpenWriters, text: string, job: Job = {}): Promise<Written> {
  const { of = own, job_type = "explain", name = "a.ts", more = [], onProgress = () => undefined } = job;
  const { signal = new AbortController().signal } = job;
  await using place = await writers.open(of);
  const selection: AiInput["selection"] = [];
  for (const [index, each] of [text, ...more].entries()) {
    const sha256 = sha256Hex(each);
    await writeFile(path.join(place.directory, sha256), each);
    place.files.add(sha256);
    selection.push({ path: index === 0 ? name : `${index}-${name}`, sha256, size: each.length });
  }
  const input: AiInput = { job_type, selection, context: [], options: { replace: false } };
  return await place.write({ input, signal, onProgress });
}

async function words(writers: OpenWriters, text: string, job?: Job): Promise<string | undefined> {
  return (await write(writers, text, job)).result?.markdown;
}

async function environmentOf(writers: OpenWriters): Promise<string[]> {
  // What the kernel and the shell themselves put there is no setting of ours.
  return ((await words(writers, "environment")) ?? "")
    .split("\0")
    .filter((line) => line !== "" && !/^(PWD|OLDPWD|SHLVL|_|NODE_CHANNEL_.*)=/.test(line));
}

async function wallsFor(context: TestContext): Promise<Walls> {
  await using stack = await createTestStack();
  const { walls, reason } = await tryWalls(stack.bubblewrap ?? "bwrap");
  return walls ?? context.skip(`this machine cannot put walls up: ${reason}`);
}

test("a writer's environment holds nothing of the worker's", async () => {
  expect(await environmentOf(await open())).toEqual([]);
});

test("a writer of the static engine reads its own files, none of the host's and no other project's, where there are walls", async (context) => {
  const warm = { projects: 2 };
  const confined = await open({ walls: await wallsFor(context), warm });
  const unconfined = await open({ warm });
  const readHost = async (writers: OpenWriters) => (await words(writers, "read the host"))?.split(":")[0];
  expect([await readHost(confined), await readHost(unconfined)]).toEqual(["ENOENT", "root"]);
  const foldersSeen = async (writers: OpenWriters) =>
    (await words(writers, "list all folders", { of: { ...own, projectId: "another" } }))?.split(" ").length;
  expect([await foldersSeen(confined), await foldersSeen(unconfined)]).toEqual([1, 2]);
});

test("of several GPUs each is used by one writer at a time, and again when that one has ended", async () => {
  const writers = await open({ gpus: ["GPU-a", "GPU-b"] });
  const [first, second] = await Promise.all([environmentOf(writers), environmentOf(writers)]);
  expect([first, second].flat().toSorted((one, other) => one.localeCompare(other))).toEqual([
    "CUDA_VISIBLE_DEVICES=GPU-a",
    "CUDA_VISIBLE_DEVICES=GPU-b",
  ]);
  expect(await environmentOf(writers)).toEqual([expect.stringMatching(/^CUDA_VISIBLE_DEVICES=GPU-[ab]$/)]);
});

test("an order that is off before it begins is not begun", async () => {
  const writers = await open({ warm: { projects: 1 } });
  const signal = AbortSignal.abort(new Error("cancelled"));
  await expect(write(writers, "hang", { signal })).rejects.toThrow("cancelled");
  expect(await writers.running()).toEqual([]);
});

describe("the process of a project's job", () => {
  test("stays for its next one, and for no other project's and no other team's", async () => {
    const writers = await open({ warm: { projects: 10 } });
    const pid = await words(writers, "pid");
    expect(await words(writers, "pid")).toBe(pid);
    const others = [
      await words(writers, "pid", { of: { ...own, projectId: "another" } }),
      await words(writers, "pid", { of: { ...own, teamId: "another" } }),
    ];
    expect(new Set([pid, ...others]).size).toBe(3);
    expect(await words(writers, "pid")).toBe(pid);
  });

  test("does not stay where a model writes, nor where none is to stay", async () => {
    const engine = {
      engine: "local",
      modelPath: "/m.gguf",
      onFailure: "fail",
      timeoutMs: 1,
      maxTokens: 2_000,
    } as const;
    for (const options of [{ settings: { ...settings, engine }, warm: { projects: 10 } }, {}]) {
      const writers = await open(options);
      const pid = await words(writers, "pid");
      expect(await writers.running()).toEqual([]);
      expect(await words(writers, "pid")).not.toBe(pid);
    }
  });

  test("finds none of an earlier job's files", async () => {
    const writers = await open({ warm: { projects: 1 } });
    const [first, second] = ["list the files", "another text"];
    const both = [first, second].map((text) => sha256Hex(text)).toSorted();
    expect((await words(writers, first, { more: [second] }))?.split(" ").toSorted()).toEqual(both);
    expect(await words(writers, first)).toBe(sha256Hex(first));
    expect(await writers.running()).toHaveLength(1);
  });

  test("stays when a job is refused", async () => {
    const writers = await open({ warm: { projects: 1 } });
    const pid = await words(writers, "pid");
    expect(await write(writers, "refuse")).toEqual({ reason: "The model's server cannot be reached." });
    expect(await words(writers, "pid")).toBe(pid);
  });

  test("is not shared by two jobs at once", async () => {
    const writers = await open({ warm: { projects: 2 } });
    const pids = await Promise.all([words(writers, "pid"), words(writers, "pid")]);
    expect(new Set(pids).size).toBe(2);
  });

  test("goes with what it holds when that is much of what a job may, and in its time", async () => {
    const large = await open({ warm: { projects: 1 } });
    await write(large, "hoard");
    const late = await open({ warm: { projects: 1, forMs: 200 } });
    await write(late, "words");
    for (const { running } of [large, late]) {
      expect(await waitUntil(running, (pids) => pids.length === 0)).toEqual([]);
    }
  });

  test("may be killed between two jobs", async () => {
    const writers = await open({ warm: { projects: 1 } });
    process.kill(Number(await words(writers, "pid")), "SIGKILL");
    expect(await words(writers, "the words")).toBe("the words");
  });
});

test.each([
  { way: "swell", limits: { maxResidentMb: 400 }, limit: "memory", reason: /more memory than it may use \(400 MB\)\./ },
  { way: "hang", limits: { timeoutMs: 3_000 }, limit: "time", reason: /took longer than 3 s\./ },
])("the limit of $limit ends a job, in a new process and in one that did others, and leaves none", async (each) => {
  const { way, limits, limit } = each;
  const ended = { limit, reason: expect.stringMatching(each.reason) };
  const writers = await open({ settings: { ...settings, ...limits }, warm: { projects: 1 } });
  expect(await write(writers, way)).toEqual(ended);
  expect(await writers.running()).toEqual([]);
  await write(writers, "words");
  expect(await write(writers, way)).toEqual(ended);
  expect(await waitUntil(writers.running, (pids) => pids.length === 0)).toEqual([]);
});

test("a writer that breaks down fails its own job alone", async () => {
  const writers = await open({ warm: { projects: 2 } });
  await write(writers, "words");
  const [broken, other] = await Promise.allSettled([write(writers, "break"), words(writers, "the words")]);
  expect(broken).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining("a bug") } });
  expect(other).toMatchObject({ value: "the words" });
  expect(await words(writers, "after it")).toBe("after it");
});

test("what a writer compiles is kept for later ones, which cannot write it, where there are walls", async (context) => {
  const compiledDirectory = await mkdtemp(path.join(tmpdir(), "hivesync-compiled-"));
  onTestFinished(() => rm(compiledDirectory, { recursive: true }));
  const writers = await open({ walls: await wallsFor(context), compiledDirectory });
  expect(await words(writers, "compiled")).toBe("undefined");
  const isKept = (folder: string | undefined): boolean => folder?.startsWith(compiledDirectory) ?? false;
  const folder = (await waitUntil(() => words(writers, "compiled"), isKept)) ?? "";
  expect((await readdir(folder)).length).toBeGreaterThan(3);
  expect(await words(writers, "write what is compiled")).toBe("EROFS");
});

test("a job that is called off ends though its engine listens to nobody, and its process with it", async () => {
  const writers = await open({ warm: { projects: 1 } });
  await write(writers, "words");
  const controller = new AbortController();
  const { signal } = controller;
  const onProgress = (): void => controller.abort(new Error("called off"));
  await expect(write(writers, "hang", { signal, onProgress })).rejects.toThrow("called off");
  expect(await writers.running()).toEqual([]);
  expect(await readdir(writers.directory)).toEqual([]);
});

test("the static engine writes in a process that did other jobs what it writes in a new one", async () => {
  const texts = {
    "a.ts": "export function add(left: number, right: number): number {\n  return left + right;\n}\n",
    "a.py": "def parse_config(path, limit=3):\n    raise ValueError(path)\n",
    "a.rs": "pub fn f(a: i32) -> Result<i32, ParseError> {\n    Ok(a)\n}\n",
    "b.ts": "export function broken( {\n  const key = 'x';\n",
  };
  const orders = Object.entries(texts).flatMap(([name, text]) =>
    (["document", "explain"] as const).map((job_type) => ({ text, name, job_type })),
  );
  const inTurn = async (writers: OpenWriters): Promise<Written[]> => {
    const written: Written[] = [];
    for (const { text, ...job } of orders) written.push(await write(writers, text, job));
    return written;
  };
  const fresh = await inTurn(await open({ command: engines }));
  const warm = await open({ command: engines, warm: { projects: 1 } });
  expect([await inTurn(warm), await inTurn(warm)]).toEqual([fresh, fresh]);
  expect(await warm.running()).toHaveLength(1);
});
