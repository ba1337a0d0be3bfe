import { readdir, readFile, readlink } from "node:fs/promises";

interface ProcessRow {
  pid: number;
  parent: number;
}

async function pids(): Promise<number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Every process of the machine, from /proc. */
async function allProcesses(): Promise<ProcessRow[]> {
  const rows = await Promise.all(
    (await pids()).map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
      return state === undefined || state === "" || state === "Z" ? [] : [{ pid, parent: Number(parent) }];
    }),
  );
  return rows.flat();
}

function below(rows: readonly ProcessRow[], ancestor: number): number[] {
  return rows.filter(({ parent }) => parent === ancestor).flatMap(({ pid }) => [pid, ...below(rows, pid)]);
}

/** All that a process has started, and what that has started. */
export async function descendants(ancestor: number): Promise<number[]> {
  return below(await allProcesses(), ancestor);
}

/** Those of the processes that still run. */
export async function alive(among: readonly number[]): Promise<number[]> {
  const running = new Set((await allProcesses()).map(({ pid }) => pid));
  return among.filter((pid) => running.has(pid));
}

/** The processes that stand in a folder or below it, as git does in that of its job. */
export async function processesIn(folder: string): Promise<number[]> {
  const all = await pids();
  const folders = await Promise.all(all.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => "")));
  return all.filter((_, index) => folders[index]?.startsWith(folder));
}
