import { spawn, type ChildProcess } from "node:child_process";
import { killGroup, type TetherReport, type TetherRequest } from "./tether/protocol.ts";

// The watchdog behind spawnTethered: it runs one child in a process group of its own and ends it when the channel to
// the parent closes. The kernel closes that channel however the parent dies, so SIGKILL is covered too.

let child: ChildProcess | undefined;
let atParentDeath: { readonly signal: NodeJS.Signals; readonly graceMs: number } = { signal: "SIGTERM", graceMs: 0 };

const leave = (report?: TetherReport): void => {
  if (report !== undefined && process.connected) process.send?.(report, () => process.exit(0));
  else process.exit(0);
};

const stop = (signal: NodeJS.Signals, graceMs: number): void => {
  if (child?.pid === undefined) return leave();
  const groupId = child.pid;
  child.kill(signal);
  setTimeout(() => killGroup(groupId), graceMs);
};

const start = (request: Extract<TetherRequest, { kind: "start" }>): void => {
  const { command, args, cwd, env, uid, gid } = request;
  atParentDeath = { signal: request.stopSignal, graceMs: request.graceMs };
  child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const { pid } = child;
  child.once("error", (error) => leave({ kind: "failed", message: error.message }));
  if (pid === undefined) return;
  child.once("exit", (code, signal) => {
    killGroup(pid);
    leave({ kind: "exited", code, signal });
  });
  if (process.connected) process.send?.({ kind: "started", pid } satisfies TetherReport);
};

process.on("message", (request: TetherRequest) => {
  if (request.kind === "start") start(request);
  else stop(request.signal, request.graceMs);
});
process.once("disconnect", () => stop(atParentDeath.signal, atParentDeath.graceMs));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => stop(atParentDeath.signal, atParentDeath.graceMs));
}
