// Tries what its job says, as code that broke out of a compiler would, by itself and by a process that it starts. For walls.test.ts.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { promisify } from "node:util";
import { endWithParent } from "@hivesync/platform/child/end-with-parent";

/** What is tried. Answers are what was reached; whatever fails answers why. */
export interface BreakOut {
  readonly port: number;
  readonly parent: number;
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** What is looked for in the environment of every process in sight. */
  readonly canary: string;
  /** Starts processes without end instead. */
  readonly forks?: boolean;
}

const run = promisify(execFile);
const why = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? error);

async function dial(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return "connected";
  } catch (error) {
    return why(error);
  } finally {
    socket.destroy();
  }
}

const readAll = (files: readonly string[]): Promise<string[]> =>
  Promise.all(files.map((file) => readFile(file, "utf8").catch(why)));

/** A shell tries to write: it survives what the system does to whom lets a file grow. */
const writeBelow = async (file: string): Promise<string> => {
  const script = 'head -c 1000000 /dev/zero > "$1"';
  return await run("/bin/sh", ["-c", script, "sh", file]).then(
    () => "written",
    () => "refused",
  );
};

const readBelow = (file: string): Promise<string> =>
  run("/bin/sh", ["-c", 'cat "$1"', "sh", file]).then(
    ({ stdout }) => stdout,
    () => "refused",
  );

async function environments(canary: string): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const texts = await readAll(pids.map((pid) => `/proc/${pid}/environ`));
  return texts.filter((text) => text.includes(canary)).length;
}

function signal(pid: number): string {
  try {
    process.kill(pid, 0);
    return "reached";
  } catch (error) {
    return why(error);
  }
}

async function attempt({ port, parent, read, write, canary }: BreakOut) {
  return {
    network: await dial(port),
    interfaces: Object.keys(networkInterfaces()),
    read: await readAll(read),
    readBelow: await Promise.all(read.map(readBelow)),
    write: await Promise.all(write.map(writeBelow)),
    environments: await environments(canary),
    parent: signal(parent),
  };
}

/** They are in a session of their own, and belong to nobody as soon as they are started. */
function forkForEver(): void {
  spawn("/bin/sh", ["-c", "while :; do sleep 1000 & done"], { detached: true, stdio: "ignore" });
}

export type BrokenOut = Awaited<ReturnType<typeof attempt>>;

await endWithParent();
process.once("message", (job: BreakOut) => {
  if (job.forks) return forkForEver();
  void attempt(job).then((result) => process.send?.({ result }, undefined, undefined, () => process.exit(0)));
});
