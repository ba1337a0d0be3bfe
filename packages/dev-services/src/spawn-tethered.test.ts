import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test, vi } from "vitest";
import { spawnTethered } from "./spawn-tethered.ts";

/** State and parent of a process, as `ps` shows them; undefined when there is none. Not every Linux image has `ps`. */
const lookUp = (pid: number): { state: string; parent: number } | undefined => {
  try {
    const text =
      process.platform === "linux"
        ? readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "")
        : execFileSync("ps", ["-o", "state=,ppid=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const [state = "", parent] = text.split(/ +/);
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
};

/** A zombie has ended: only its parent, which need not be in a hurry, has not asked about it. */
const isAlive = (pid: number): boolean => {
  const found = lookUp(pid);
  return found !== undefined && !found.state.startsWith("Z");
};

const gone = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });

const stubborn =
  'process.on("SIGTERM", () => console.log("asked")); setInterval(() => {}, 1000); console.log("ready");';

test("a child is asked to end, and is killed with its group when it does not", async () => {
  const lines: string[] = [];
  const child = await spawnTethered(process.execPath, ["-e", stubborn], { output: (line) => lines.push(line) });
  await vi.waitFor(() => expect(lines).toEqual(["ready"]));
  await child.stop("SIGTERM", 100);
  expect(await child.exited).toEqual({ code: null, signal: "SIGKILL" });
  expect(lines).toEqual(["ready", "asked"]);
  expect(isAlive(child.pid)).toBe(false);
});

test("a child that ends by itself tells its code and its last words", async () => {
  const lines: string[] = [];
  const script = 'console.log("out"); console.error("err"); process.exitCode = 3;';
  const child = await spawnTethered(process.execPath, ["-e", script], {
    output: (line, stream) => lines.push(`${stream}: ${line}`),
  });
  expect(await child.exited).toEqual({ code: 3, signal: null });
  expect(lines.sort()).toEqual(["stderr: err", "stdout: out"]);
  await child.stop();
  const silent = await spawnTethered(process.execPath, ["-e", script]);
  expect(await silent.exited).toEqual({ code: 3, signal: null });
});

test("what a child leaves behind in its group ends with it", async () => {
  const lines: string[] = [];
  const script = `const { pid } = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    console.log(pid); process.exit(0);`;
  const child = await spawnTethered(process.execPath, ["-e", script], { output: (line) => lines.push(line) });
  await child.exited;
  const grandchild = Number(lines[0]);
  await gone(grandchild);
  expect(grandchild).toBeGreaterThan(0);
});

test("a program that does not exist is an error", async () => {
  await expect(spawnTethered("/no/such/program", [])).rejects.toThrow(/cannot be started.*ENOENT/);
});

test("the child sees the environment that it was given and nothing else", async () => {
  const lines: string[] = [];
  const script = "console.log(JSON.stringify(process.env))";
  const child = await spawnTethered(process.execPath, ["-e", script], {
    env: { GIVEN: "yes" },
    output: (line) => lines.push(line),
  });
  await child.exited;
  expect(JSON.parse(lines.join(""))).toEqual({ GIVEN: "yes" });
});

const parentScript = `
  const { spawnTethered } = await import(${JSON.stringify(path.join(import.meta.dirname, "spawn-tethered.ts"))});
  const child = await spawnTethered(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { graceMs: 50 });
  console.log(child.pid);`;

test.each(["SIGKILL", "SIGTERM"] as const)("a parent ended by %s leaves no child behind", async (signal) => {
  const parent = spawn(process.execPath, ["--input-type=module", "-e", parentScript], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
  expect(isAlive(Number(line))).toBe(true);
  parent.kill(signal);
  await gone(Number(line));
});

test("a child whose watchdog is killed is ended from here", async () => {
  const child = await spawnTethered(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const watchdog = lookUp(child.pid)?.parent ?? 0;
  expect(watchdog).toBeGreaterThan(1);
  process.kill(watchdog, "SIGKILL");
  expect(await child.exited).toEqual({ code: null, signal: "SIGKILL" });
  await gone(child.pid);
});
