import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDesktop, type Desktop } from "@hivesync/sdk/node";
import { CliError, exitCodes } from "./cli-error.ts";
import { desktopEnvironment } from "./env.ts";

const mainFile = fileURLToPath(new URL("../../desktop-proxy/src/main.ts", import.meta.url));
const readyWithinMs = 15_000;
const everyMs = 100;

/**
 * Starts a Desktop as a process that outlives this one, and waits until it proves itself.
 *
 * @throws CliError with what it said when it ends before, or is not there in time.
 */
export async function startDesktop(baseUrl: string, signal: AbortSignal): Promise<Desktop> {
  const folder = await mkdtemp(path.join(tmpdir(), "hivesync-desktop-start-"));
  const errorFile = path.join(folder, "stderr");
  // A file and no pipe: what it prints later must not break it when this process is gone.
  const errors = openSync(errorFile, "w", 0o600);
  try {
    const child = spawn(process.execPath, [mainFile], {
      detached: true,
      cwd: homedir(),
      // Its log has files of its own.
      stdio: ["ignore", "ignore", errors],
      env: desktopEnvironment(baseUrl),
    });
    const desktop = await waitFor(child, baseUrl, signal);
    child.unref();
    if (desktop) return desktop;
    const said = (await readFile(errorFile, "utf8")).trim().slice(-2_000);
    const message = `The Desktop did not start.${said === "" ? "" : `\n${said}`}`;
    throw new CliError(message, { code: "DESKTOP_NOT_STARTED", exitCode: exitCodes.failure });
  } finally {
    closeSync(errors);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The Desktop that is found. One that won a race to be the only one serves as well: ours then ends before it could take that one's place. */
async function findFor(child: ChildProcess, baseUrl: string): Promise<Desktop | undefined> {
  const desktop = await openDesktop({ baseUrl });
  const { pid } = (await desktop?.status()) ?? {};
  if (desktop && pid !== child.pid) child.kill();
  return desktop;
}

async function waitFor(child: ChildProcess, baseUrl: string, signal: AbortSignal): Promise<Desktop | undefined> {
  const ended = new AbortController();
  child.once("error", () => ended.abort());
  child.once("exit", () => ended.abort());
  const stop = AbortSignal.any([signal, ended.signal]);
  for (const endMs = Date.now() + readyWithinMs; Date.now() < endMs && !stop.aborted;) {
    const desktop = await findFor(child, baseUrl);
    if (desktop) return desktop;
    await pause(everyMs, undefined, { signal: stop }).catch(() => undefined);
  }
  const other = await findFor(child, baseUrl);
  if (!other) child.kill();
  signal.throwIfAborted();
  return other;
}
