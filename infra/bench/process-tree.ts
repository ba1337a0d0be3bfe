import { readdir, readFile } from "node:fs/promises";

/** What a process and all that it has started use together. */
export interface TreeUsage {
  /** CPU of all of them, and of those that have ended. */
  cpuMs: number;
  residentBytes: number;
}

// See process-usage.ts.
const tickMs = 10;
const pageBytes = 4_096;

interface Row {
  pid: number;
  parent: number;
  ticks: number;
  residentPages: number;
}

async function readRow(pid: number): Promise<Row | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  // From the third field on (proc_pid_stat(5)): state, parent; user and system time, own and of children that have ended; resident pages.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, text) => sum + Number(text), 0);
  return { pid, parent: Number(fields[1]), ticks, residentPages: Number(fields[21]) };
}

function descendants(rows: readonly Row[], parent: number): Row[] {
  return rows.filter((row) => row.parent === parent).flatMap((row) => [row, ...descendants(rows, row.pid)]);
}

/** Reads from `/proc` what a process and those below it use. Memory that they share counts for each. @throws Error on other systems than Linux */
export async function readTreeUsage(pid: number): Promise<TreeUsage> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const rows = (await Promise.all(pids.map(readRow))).filter((row) => row !== undefined);
  const tree = [...rows.filter((row) => row.pid === pid), ...descendants(rows, pid)];
  return {
    cpuMs: tree.reduce((sum, { ticks }) => sum + ticks, 0) * tickMs,
    residentBytes: tree.reduce((sum, { residentPages }) => sum + residentPages, 0) * pageBytes,
  };
}
