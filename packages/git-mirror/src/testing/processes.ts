import { readdir, readFile, readlink } from "node:fs/promises";

/** What the system tells about a process. */
export interface SeenProcess {
  pid: number;
  command: string;
  environment: string;
}

const textOf = (file: string): Promise<string> => readFile(file, "latin1").catch(() => "");

/** The processes that stand in a folder: there git and all that it starts are. None on a system without /proc. */
export async function processesIn(folder: string): Promise<SeenProcess[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = pids.map(async (pid): Promise<SeenProcess[]> => {
    if ((await readlink(`/proc/${pid}/cwd`).catch(() => "")) !== folder) return [];
    const [command, environment] = await Promise.all([textOf(`/proc/${pid}/cmdline`), textOf(`/proc/${pid}/environ`)]);
    // A zombie tells neither.
    return command === "" ? [] : [{ pid: Number(pid), command, environment }];
  });
  return (await Promise.all(found)).flat();
}
