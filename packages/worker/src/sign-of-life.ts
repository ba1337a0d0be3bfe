import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const everyMs = 2_000;
const longestSilenceMs = 20_000;

const fileIn = (dataDirectory: string): string => path.join(dataDirectory, "alive");

/**
 * Writes the time into a file every two seconds, whatever the services do: a check on this machine tells by it that this process's loop turns.
 * The list of workers in Redis says more, and nothing while Redis is away.
 */
export function keepSignOfLife(dataDirectory: string): { stop: () => Promise<void> } {
  const file = fileIn(dataDirectory);
  let last: Promise<void> = Promise.resolve();
  const write = (): void => {
    // On a full disk there is no sign; what runs goes on.
    last = last.then(() => writeFile(file, String(Date.now()))).catch(() => undefined);
  };
  write();
  const timer = setInterval(write, everyMs).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await last;
      await rm(file, { force: true });
    },
  };
}

/** Whether the worker of this folder gave a sign of life within twenty seconds. */
export async function isAlive(dataDirectory: string): Promise<boolean> {
  const at = Number(await readFile(fileIn(dataDirectory), "utf8").catch(() => "0"));
  return Date.now() - at <= longestSilenceMs;
}
