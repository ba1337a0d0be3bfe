import { readdir, readFile } from "node:fs/promises";

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}

/** Every process that the given one has started, and theirs. A child belongs to the thread that started it. */
async function descendants(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(threads.map((thread) => readText(`/proc/${pid}/task/${thread}/children`)));
  const children = lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  const below = await Promise.all(children.map(descendants));
  return [...children, ...below.flat()];
}

/** What a process and all that it has started hold. */
export interface ProcessUse {
  processes: number;
  residentBytes: number;
}

/**
 * Counts a process and all that it has started, and their memory in bytes; memory is 0 where the system does not tell (it has no
 * /proc) or the process is gone. Shared pages count once for each.
 */
export async function processUse(pid: number): Promise<ProcessUse> {
  const pids = [pid, ...(await descendants(pid))];
  const statuses = await Promise.all(pids.map((each) => readText(`/proc/${each}/status`)));
  const sizes = statuses.map((status) => Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024);
  return { processes: pids.length, residentBytes: sizes.reduce((sum, size) => sum + size, 0) };
}
