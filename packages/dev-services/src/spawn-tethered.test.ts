import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test, vi } from "vitest";
import { spawnTethered } from "./spawn-tethered.ts";

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
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
  const parentOf = spawn("ps", ["-o", "ppid=", "-p", String(child.pid)]);
  const [text] = (await once(parentOf.stdout, "data")) as [Buffer];
  process.kill(Number(text.toString()), "SIGKILL");
  expect(await child.exited).toEqual({ code: null, signal: "SIGKILL" });
  await gone(child.pid);
});
