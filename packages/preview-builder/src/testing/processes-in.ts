import { readdir, readFile, readlink } from "node:fs/promises";

/** Processes that stand in the folder or below, but for those of the walls: every child of a test's builds, and the bundlers that those start. */
export async function processesIn(folder: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const isOurs = async (pid: string): Promise<boolean> => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => "");
    return !/^State:\s+Z/m.test(status) && !/^Name:\s+bwrap$/m.test(status) && directory.startsWith(folder);
  };
  const flags = await Promise.all(pids.map(isOurs));
  return pids.filter((_, index) => flags[index]).map(Number);
}
