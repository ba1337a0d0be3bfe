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

/** Has a process that was started {@link inspectable} collect all its garbage, so that what it holds can be told from what it let go. */
export async function collectGarbage(target: OurProcess): Promise<void> {
  const socket = new WebSocket(await addressOf(target));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("error", () => reject(new Error("the inspector does not answer")));
      socket.addEventListener("open", () =>
        socket.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" })),
      );
      socket.addEventListener("message", ({ data }) => {
        if ((JSON.parse(String(data)) as { id?: number }).id === 1) resolve();
      });
    });
  } finally {
    socket.close();
  }
}
