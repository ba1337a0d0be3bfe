import { once } from "node:events";
import { Worker } from "node:worker_threads";

// In a thread of its own: the main one may be busy for ever, and then hears of no closed channel.
const watch = `
const { workerData: parent } = require("node:worker_threads");
setInterval(() => {
  if (process.ppid !== parent) process.kill(-process.pid, "SIGKILL");
}, 250);`;

/**
 * Makes this process, the head of a group of its own, end with the one that started it, however that one ends and
 * whatever this one is doing; its group ends with it. To be awaited before any work, for a busy process starts no thread.
 *
 * @example
 * await endWithParent();
 * process.once("message", (job) => work(job));
 */
export async function endWithParent(): Promise<void> {
  const end = (): void => void process.kill(-process.pid, "SIGKILL");
  process.on("disconnect", end);
  // It may have been given up before it came to run.
  if (!process.connected) end();
  // Read here: a thread that is online may be slower to its first line than the parent to its end.
  const watcher = new Worker(watch, { eval: true, workerData: process.ppid });
  await once(watcher, "online");
  watcher.unref();
}
