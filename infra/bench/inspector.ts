import { poll } from "#dev/poll.ts";
import type { OurProcess } from "#processes/start-process.ts";

/** Node's own option that opens the inspector on a free port of loopback. */
export const inspectable = ["--inspect=127.0.0.1:0"] as const;

const opensWithinMs = 10_000;

async function addressOf({ lines }: OurProcess): Promise<string> {
  const find = (): string | undefined =>
    lines.map((line) => /^Debugger listening on (ws:\S+)/.exec(line)?.[1]).find((url) => url !== undefined);
  await poll(() => find() !== undefined, { withinMs: opensWithinMs });
  const address = find();
  if (address === undefined) throw new Error("the process was not started with its inspector");
  return address;
}

/** Asks the inspector of a process that was started {@link inspectable}. */
async function ask(target: OurProcess, method: string): Promise<unknown> {
  const socket = new WebSocket(await addressOf(target));
  try {
    return await new Promise<unknown>((resolve, reject) => {
      socket.addEventListener("error", () => reject(new Error("the inspector does not answer")));
      socket.addEventListener("open", () => socket.send(JSON.stringify({ id: 1, method })));
      socket.addEventListener("message", ({ data }) => {
        const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (id === 1) resolve(result);
      });
    });
  } finally {
    socket.close();
  }
}

/** Has a process that was started {@link inspectable} collect all its garbage, so that what it holds can be told from what it let go. */
export async function collectGarbage(target: OurProcess): Promise<void> {
  await ask(target, "HeapProfiler.collectGarbage");
}

/** What the objects and buffers of such a process take, garbage included. */
export async function heapBytes(target: OurProcess): Promise<number> {
  const usage = (await ask(target, "Runtime.getHeapUsage")) as { usedSize: number; backingStorageSize: number };
  return usage.usedSize + usage.backingStorageSize;
}
