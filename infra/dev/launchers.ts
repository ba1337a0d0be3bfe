import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

// A package manager that is ended does not always end what it runs: `npx` ends its shell and leaves pnpm behind. So the chain
// `npx` - sh - `pnpm` - sh above this process is watched. A shell of the user's own does not count: it may leave us in the background.
const launcher = [
  /^(\S*\/)?(npm|npx|pnpm) /,
  /(^|\/)(npm|npx|pnpm)(-cli)?\.c?js /,
  /^sh -c '?pnpm'? [^&;|]*$/,
  /^sh -c (trap .*; )?node infra\/dev\/main\.ts/,
];

/** The parent of a process and its command line; undefined when there is no such process. */
function lookUp(pid: number): { parent: number; command: string } | undefined {
  try {
    if (process.platform === "linux") {
      const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return { parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") };
    }
    const output = execFileSync("ps", ["-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const [parent = ""] = output.split(" ", 1);
    return { parent: Number(parent), command: `${output.slice(parent.length).trim()} ` };
  } catch {
    return undefined;
  }
}

/** The programs above a process that are there only to run it, nearest first. */
export function findLaunchers(pid: number): number[] {
  const found = lookUp(pid);
  return found && launcher.some((pattern) => pattern.test(found.command)) ? [pid, ...findLaunchers(found.parent)] : [];
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const lookEveryMs = 1_000;

/** Calls back once when one of the programs that were started to run this process has ended. */
export function whenLauncherEnds(onEnd: () => void): void {
  const pids = findLaunchers(process.ppid);
  const timer = setInterval(() => {
    if (pids.every(isThere)) return;
    clearInterval(timer);
    onEnd();
  }, lookEveryMs);
  timer.unref();
}
