import type { IncomingMessage } from "node:http";

const mostBytes = 128 * 1024 * 1024;
const longestMs = 5_000;

/** Reads the rest of a refused body and throws it away, within bounds of bytes and time. */
export async function discardBody(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  await new Promise<void>((resolve) => {
    let bytes = 0;
    const timer = setTimeout(resolve, longestMs);
    const finish = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) finish();
    });
    request.once("end", finish);
    request.once("close", finish);
    request.once("error", finish);
    request.resume();
  });
}
