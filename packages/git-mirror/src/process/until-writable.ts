import type { Writable } from "node:stream";

/** Waits until a stream takes more, or never will again. */
export function untilWritable(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off("drain", settle).off("close", settle);
      resolve();
    };
    stream.once("drain", settle).once("close", settle);
  });
}
