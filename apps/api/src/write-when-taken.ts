import { once } from "node:events";
import type { ServerResponse } from "node:http";

// A reader that takes nothing for so long is cut off.
const longestStallMs = 30_000;

/** Writes, and waits while the reader is slower than the stream. False when it has gone or takes nothing any more. */
export async function writeWhenTaken(response: ServerResponse, text: string): Promise<boolean> {
  if (response.destroyed) return false;
  if (response.write(text)) return true;
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(longestStallMs)]);
  const wait = (event: "drain" | "close"): Promise<boolean> =>
    once(response, event, { signal }).then(
      () => event === "drain",
      () => false,
    );
  return Promise.race([wait("drain"), wait("close")]).finally(() => settled.abort());
}
