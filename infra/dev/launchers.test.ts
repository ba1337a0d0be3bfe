import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { findLaunchers } from "./launchers.ts";

const watching = `
  import { findLaunchers, whenLauncherEnds } from ${JSON.stringify(path.join(import.meta.dirname, "launchers.ts"))};
  whenLauncherEnds(() => { console.log("launcher ended"); process.exit(); });
  setTimeout(() => process.exit(), 20_000);
  console.log(findLaunchers(process.ppid).length);`;

/** Runs a stand-in for infra/dev/main.ts, by the command that is given, in a folder where it lies at the same place. */
function launch(script: string) {
  const folder = mkdtempSync(path.join(tmpdir(), "hivesync-launch-"));
  mkdirSync(path.join(folder, "infra/dev"), { recursive: true });
  writeFileSync(path.join(folder, "infra/dev/main.ts"), watching);
  const shell = spawn("sh", ["-c", script], {
    cwd: folder,
    env: { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  onTestFinished(() => {
    if (shell.pid !== undefined && shell.exitCode === null && shell.signalCode === null)
      process.kill(-shell.pid, "SIGKILL");
    rmSync(folder, { recursive: true });
  });
  return { shell, nextLine: async () => (await lines.next()).value };
}

test("when the package manager's shell is killed, the program that it ran for us is told", async () => {
  const { shell, nextLine } = launch("trap 'exit' INT; node infra/dev/main.ts; exit $?");
  expect(await nextLine()).toBe("1");
  shell.kill("SIGKILL");
  expect(await nextLine()).toBe("launcher ended");
});

test("a shell of the user's own is no launcher: it may end and leave us running", async () => {
  const { nextLine } = launch("echo begun; node infra/dev/main.ts & wait");
  expect(await nextLine()).toBe("begun");
  expect(await nextLine()).toBe("0");
});

test("a process that is not there has no launchers", () => {
  expect(findLaunchers(0)).toEqual([]);
});
