import { readFile } from "node:fs/promises";

/**
 * The memory that a process and its children hold, in bytes; 0 where the system does not tell (it has no /proc) or the
 * process is gone. Shared pages count once for each.
 */
export async function residentBytes(pid: number): Promise<number> {
  const children = await readProc(`/proc/${pid}/task/${pid}/children`);
  const pids = [pid, ...children.split(" ").filter(Boolean).map(Number)];
  const statuses = await Promise.all(pids.map((each) => readProc(`/proc/${each}/status`)));
  return statuses.reduce((sum, status) => sum + Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024, 0);
}

async function readProc(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}
