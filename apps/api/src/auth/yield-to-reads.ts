import { readdir, readFile } from "node:fs/promises";
import { constants, getPriority, setPriority } from "node:os";

// What others get of a core that both want: a tenth for us (sched(7), "The nice value").
const niceness = 10;

/**
 * Passwords are hashed in the threads of Node's pool. They are given less of a core than everything else, so that a burst of sign-ins does
 * not keep reads waiting. Only Linux knows a thread's own niceness; elsewhere nothing happens.
 */
export async function yieldToReads(): Promise<void> {
  const lowered = Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW);
  const threads = await readdir("/proc/self/task").catch(() => []);
  for (const thread of threads) {
    const name = await readFile(`/proc/self/task/${thread}/comm`, "utf8").catch(() => "");
    if (name.startsWith("libuv-worker")) setPriority(Number(thread), lowered);
  }
}
