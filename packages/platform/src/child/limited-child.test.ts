import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { setTimeout as delay } from "node:timers/promises";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLimitedChild, type ChildTask } from "./limited-child.ts";

// Says its pid and that of a child of its own, and does then what the job says.
const script = `
import { spawn } from "node:child_process";
import { endWithParent } from ${JSON.stringify(new URL("./end-with-parent.ts", import.meta.url).href)};
await endWithParent();
process.once("message", async ({ way }) => {
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  process.send({ pids: [process.pid, other.pid] });
  if (way === "answer") process.send({ answer: "done" }, undefined, undefined, () => process.exit(0));
  if (way === "ask") {
    process.once("message", ({ reply }) => process.send({ answer: reply }, undefined, undefined, () => process.exit(0)));
    process.send({ question: "what is it?" });
  }
  if (way === "spin") for (;;);
  if (way === "swell") { const held = []; for (;;) { held.push(Buffer.alloc(2e7, 1)); await new Promise(setImmediate); } }
  if (way === "fail") { console.error("it broke"); process.exit(3); }
  if (way === "swell below") spawn(process.execPath, ["-e", "const held = []; setInterval(() => held.push(Buffer.alloc(2e7, 1)), 5)"], { stdio: "ignore" });
});`;

interface Message {
  pids?: number[];
  question?: string;
  answer?: string;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

let directory: string;
let file: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "hivesync-child-"));
  file = path.join(directory, "child.mjs");
  await writeFile(file, script);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

async function run(way: string, options: Partial<ChildTask<Message, string>> & { cpuSeconds?: number } = {}) {
  const { cpuSeconds = 30, ...more } = options;
  const child = startLimitedChild({ command: [process.execPath, file], directory, cpuSeconds });
  const pids: number[] = [];
  const read = (message: Message): string | undefined => {
    pids.push(...(message.pids ?? []));
    return message.answer;
  };
  const limits = { timeoutMs: 20_000, maxResidentMb: 1_000 };
  const outcome = await child.run({ job: { way }, read, ...limits, ...more }).catch((error: unknown) => error);
  await child.end();
  const left = await waitUntil(
    async () => (await Promise.all(pids.map(isRunning))).filter(Boolean).length,
    (count) => count === 0,
  );
  return { outcome, left, pids };
}

test("an answer is given, and neither the child nor what it started is left", async () => {
  expect(await run("answer")).toEqual({
    outcome: { answer: "done" },
    left: 0,
    pids: [expect.any(Number), expect.any(Number)],
  });
});

test("a child that has answered may be given more to do, until it is asked to end", async () => {
  const again = path.join(directory, "again.mjs");
  await writeFile(
    again,
    `process.on("message", ({ add, end }) => {
      if (end) process.exit(0);
      process.send({ answer: String(add + 1) });
    });`,
  );
  const command = [process.execPath, again];
  const child = startLimitedChild({ command, farewell: { end: true }, directory, cpuSeconds: 30 });
  const read = (message: Message) => message.answer;
  const answers = [];
  for (const add of [1, 2, 3])
    answers.push(await child.run({ job: { add }, read, timeoutMs: 20_000, maxResidentMb: 1_000 }));
  expect(answers).toEqual([{ answer: "2" }, { answer: "3" }, { answer: "4" }]);
  const use = await child.use();
  expect(use.residentBytes).toBeGreaterThan(1_000_000);
  expect(use.longestCpuMs).toBeGreaterThan(0);
  await child.end();
  expect(child.isAlive()).toBe(false);
});

test("what a child has answered is forgotten here, though it waits for its next job", async () => {
  const large = path.join(directory, "large.mjs");
  await writeFile(
    large,
    `process.on("message", ({ end }) => {
      if (end) process.exit(0);
      process.send({ bytes: new Uint8Array(5_000_000) });
    });`,
  );
  const command = [process.execPath, large];
  const child = startLimitedChild({ command, farewell: { end: true }, directory, cpuSeconds: 30 });
  const read = ({ bytes }: { bytes: Uint8Array }) => bytes;
  const ask = async (): Promise<WeakRef<object>> =>
    new WeakRef((await child.run({ job: {}, read, timeoutMs: 20_000, maxResidentMb: 1_000 })).answer ?? {});
  const answers: WeakRef<object>[] = [];
  for (let count = 0; count < 5; count += 1) answers.push(await ask());
  const left = await waitUntil(
    () => {
      collectGarbage();
      return answers.filter((answer) => answer.deref() !== undefined).length;
    },
    (count) => count === 0,
  );
  expect([answers.length, left]).toEqual([5, 0]);
  await child.end();
});

test("a child may ask, and the time until it is answered is not its own", async () => {
  const timeoutMs = 3_000;
  const ask = ({ question }: Message): Promise<object> | undefined =>
    question === undefined ? undefined : delay(timeoutMs + 500, { reply: `answer to "${question}"` });
  const { outcome } = await run("ask", { timeoutMs, ask });
  expect(outcome).toEqual({ answer: `answer to "what is it?"` });
});

test("a child may not stop its clock by what it asks in its own time", async () => {
  const ask = ({ question }: Message): Promise<never> | undefined =>
    question === undefined ? undefined : new Promise(() => undefined);
  const { outcome, left } = await run("ask", { timeoutMs: 2_000, ask, isOwnTime: () => true });
  expect(outcome).toMatchObject({ hit: "time" });
  expect(left).toBe(0);
});

test("a question that cannot be answered ends the run with its reason, and the child", async () => {
  const reason = new Error("nobody knows");
  const { outcome, left } = await run("ask", {
    ask: ({ question }) => (question === undefined ? undefined : Promise.reject(reason)),
  });
  expect([outcome, left]).toEqual([reason, 0]);
});

test("a child whose question is never answered ends with the task's signal", async () => {
  const controller = new AbortController();
  const reason = new Error("cancelled");
  const ask = ({ question }: Message): Promise<never> | undefined => {
    if (question === undefined) return undefined;
    controller.abort(reason);
    return new Promise(() => undefined);
  };
  const { outcome, left } = await run("ask", { ask, signal: controller.signal });
  expect([outcome, left]).toEqual([reason, 0]);
});

test.each([
  { limit: "time", way: "spin", options: { timeoutMs: 500 }, end: { hit: "time", signal: "SIGKILL" } },
  { limit: "memory", way: "swell", options: { maxResidentMb: 300 }, end: { hit: "memory", signal: "SIGKILL" } },
  { limit: "memory, by what it started", way: "swell below", options: { maxResidentMb: 300 }, end: { hit: "memory" } },
  { limit: "processor time", way: "spin", options: { cpuSeconds: 1 }, end: { hit: undefined, signal: "SIGXCPU" } },
])("a child is ended at its limit of $limit, with all that it started", async ({ way, options, end }) => {
  expect(await run(way, options)).toMatchObject({ outcome: end, left: 0 });
});

test("a child that breaks down is told with what it printed", async () => {
  expect(await run("fail")).toMatchObject({ outcome: { hit: undefined, stderr: "it broke\n" }, left: 0 });
});

test("an abort ends a child that listens to nobody, with the signal's reason", async () => {
  const controller = new AbortController();
  const read = (message: Message): undefined => {
    if (message.pids) controller.abort(new Error("cancelled"));
  };
  expect(await run("spin", { signal: controller.signal, read })).toMatchObject({ outcome: new Error("cancelled") });
});

test("a child in an endless loop ends with its parent, though that one is killed, and with all that it started", async () => {
  const parentFile = path.join(directory, "parent.mjs");
  await writeFile(
    parentFile,
    `import { startLimitedChild } from ${JSON.stringify(new URL("./limited-child.ts", import.meta.url).href)};
    const command = [process.execPath, ${JSON.stringify(file)}];
    const child = startLimitedChild({ command, directory: ${JSON.stringify(directory)}, cpuSeconds: 60 });
    const read = (message) => void (message.pids && console.log(JSON.stringify(message.pids)));
    await child.run({ job: { way: "spin" }, read, timeoutMs: 60_000, maxResidentMb: 1_000 });`,
  );
  const parent = spawn(process.execPath, [parentFile], { stdio: ["ignore", "pipe", "inherit"] });
  const { value: line } = (await createInterface({ input: parent.stdout })[Symbol.asyncIterator]().next()) as {
    value: string;
  };
  const pids = JSON.parse(line) as number[];
  expect(await Promise.all(pids.map(isRunning))).toEqual([true, true]);
  parent.kill("SIGKILL");
  const running = async () => (await Promise.all(pids.map(isRunning))).filter(Boolean).length;
  expect(await waitUntil(running, (count) => count === 0)).toBe(0);
});

test.runIf(process.platform === "linux")(
  "a child that left its program behind in another session has ended when it is killed, and that program ends too",
  async () => {
    const program = `process.on("disconnect", () => process.exit()); process.stderr.write("up"); setInterval(() => {}, 1000);`;
    // As walls do that are killed just before their program knows with whom it has to end.
    const command = ["/bin/sh", "-c", `setsid "$@" & exec sleep 60`, "sh", process.execPath, "-e", program, directory];
    const child = startLimitedChild({ command, directory, cpuSeconds: 30 });
    const left = async (): Promise<string[]> => {
      const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
      return lines.filter((line) => line.includes(program) && !line.includes("setsid"));
    };
    await waitUntil(left, ({ length }) => length === 1);
    await child.end();
    expect(child.isAlive()).toBe(false);
    expect(await waitUntil(left, ({ length }) => length === 0)).toEqual([]);
  },
);
