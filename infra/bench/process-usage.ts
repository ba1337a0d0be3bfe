import { readFile } from "node:fs/promises";

/** What a process has used so far. */
export interface ProcessUsage {
  /** CPU of all its threads, in user mode and in the kernel for it. */
  cpuMs: number;
  residentBytes: number;
}

// Linux counts in ticks of a hundredth of a second on every platform that Node runs on (proc_pid_stat(5), sysconf(_SC_CLK_TCK)).
const tickMs = 10;
const utimeField = 11;
const stimeField = 12;

/** Reads from `/proc` what a process has used, without disturbing it. @throws Error on other systems than Linux */
export async function readUsage(pid: number): Promise<ProcessUsage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8"),
    readFile(`/proc/${pid}/status`, "utf8"),
  ]);
  // The program's name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return {
    cpuMs: (Number(fields[utimeField]) + Number(fields[stimeField])) * tickMs,
    residentBytes: Number(resident) * 1_024,
  };
}
