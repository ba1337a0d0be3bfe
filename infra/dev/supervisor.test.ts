import { spawnTethered } from "@hivesync/dev-services/spawn-tethered";
import { waitUntil } from "@hivesync/testing/wait-until";
import { expect, onTestFinished, test } from "vitest";
import { processStart } from "./process-start.ts";
import { createSupervisor } from "./supervisor.ts";

const sleeper = (script = "setInterval(() => {}, 1000)") => spawnTethered(process.execPath, ["-e", script]);

/** A supervisor that notes what it tells. */
function supervise() {
  const told: string[] = [];
  const supervisor = createSupervisor({
    onDeath: (name, { code, signal }, delayMs) => told.push(`${name} ended by ${signal ?? code}, again in ${delayMs}`),
    onFailedRestart: (name, error) => told.push(`${name}: ${String(error)}`),
    onRestarted: (name) => told.push(`${name} is back`),
    onChange: () => undefined,
  });
  onTestFinished(() => supervisor.stop([]));
  return { supervisor, told };
}

test("a first start that fails is the caller's to tell, and is not tried again", async () => {
  const { supervisor, told } = supervise();
  await expect(supervisor.run("api", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(supervisor.pids()).toEqual({});
  expect(told).toEqual([]);
});

test("a child that ends is started again, later each time, also when a restart fails", async () => {
  const { supervisor, told } = supervise();
  let starts = 0;
  const { pid } = await supervisor.run("api", async () => {
    starts += 1;
    if (starts === 2) throw new Error("port taken");
    return sleeper();
  });
  process.kill(pid, "SIGKILL");
  await waitUntil(
    () => told,
    (lines) => lines.includes("api is back"),
  );
  const again = supervisor.pids().api ?? 0;
  expect(again).not.toBe(pid);
  process.kill(again, "SIGKILL");
  await waitUntil(
    () => told,
    (lines) => lines.length === 4,
  );
  expect(told).toEqual([
    "api ended by SIGKILL, again in 500",
    "api: Error: port taken",
    "api is back",
    "api ended by SIGKILL, again in 1000",
  ]);
});

test("stopping follows the order, and what is between two starts is not started any more", async () => {
  const { supervisor } = supervise();
  const ended: string[] = [];
  let crashes = 0;
  const children = await Promise.all(
    ["api", "worker", "redis"].map(async (name) => {
      const child = await supervisor.run(name, () => sleeper());
      void child.exited.then(() => ended.push(name));
      return child;
    }),
  );
  await supervisor.run("crashing", () => {
    crashes += 1;
    return sleeper("");
  });
  await supervisor.stop([["worker"], ["api"]]);
  expect(ended).toEqual(["worker", "api", "redis"]);
  expect(children.map(({ pid }) => processStart(pid))).toEqual([undefined, undefined, undefined]);
  expect(crashes).toBe(1);
});

test("a child that becomes ready while all is being stopped is stopped too", async () => {
  const { supervisor } = supervise();
  const gate = Promise.withResolvers<void>();
  const late = supervisor.run("late", () => gate.promise.then(() => sleeper()));
  await supervisor.stop([]);
  gate.resolve();
  expect(processStart((await late).pid)).toBeUndefined();
});
