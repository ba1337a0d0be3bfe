import { readdir, readFile } from "node:fs/promises";

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}

/** Those that a process has started itself. A child belongs to the thread that started it. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(threads.map((thread) => readText(`/proc/${pid}/task/${thread}/children`)));
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

/** A process and all that it has started, and they: as many as there are, but no more than one above the most. */
async function familyOf(pid: number, most: number): Promise<number[]> {
  const family = [pid];
  // The list grows while it is gone through.
  for (const member of family) {
    if (family.length > most) break;
    family.push(...(await childrenOf(member)));
  }
  return family.slice(0, most + 1);
}

/** What a process and all that it has started hold. */
export interface ProcessUse {
  processes: number;
  residentBytes: number;
}

/**
 * Counts a process and all that it has started, up to one above the most that is allowed, and their memory in bytes; memory is 0 where the system does not tell (it has no
 * /proc) or the process is gone. Shared pages count once for each.
 */
export async function processUse(pid: number, most: number): Promise<ProcessUse> {
  const pids = await familyOf(pid, most);
  const statuses = await Promise.all(pids.map((each) => readText(`/proc/${each}/status`)));
  const sizes = statuses.map((status) => Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024);
  return { processes: pids.length, residentBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

// Linux tells processor time in hundredths of a second, whatever its clock does.
const tickMs = 10;

/** Of the fields behind the command, which may hold anything, the twelfth and the thirteenth: time in the program and in the system. */
function readCpuMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs;
}

/** What a process and all that it has started hold at this moment, and have used until now. */
export interface WholeUse extends ProcessUse {
  /** Processor time of that one of them which has used most. */
  longestCpuMs: number;
}

/** Both are 0 where {@link processUse} says 0 for memory. */
export async function wholeUse(pid: number, most: number): Promise<WholeUse> {
  const pids = await familyOf(pid, most);
  const [use, stats] = await Promise.all([
    processUse(pid, most),
    Promise.all(pids.map((each) => readText(`/proc/${each}/stat`))),
  ]);
  return { ...use, longestCpuMs: Math.max(...stats.map(readCpuMs)) };
}
