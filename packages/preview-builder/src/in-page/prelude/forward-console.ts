import { describeArguments } from "./describe-value.ts";
import type { ConsoleLevel } from "./page-messages.ts";
import { clip, isFramed, tellViewer } from "./tell-viewer.ts";

const levels: readonly ConsoleLevel[] = ["log", "info", "warn", "error"];
const longestText = 4_000;
// An app that logs in a loop is heard for a while; its own console has the rest.
const mostPerSecond = 50;

/** Passes on what the app logs, bounded; the browser's own console gets it all the same. */
export function forwardConsole(): void {
  if (!isFramed) return;
  const real: Console = globalThis.console;
  let second = 0;
  let count = 0;
  const isHeard = (): boolean => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) count = 0;
    second = now;
    count += 1;
    return count <= mostPerSecond;
  };
  for (const level of levels) {
    const write = real[level].bind(real);
    real[level] = (...values: unknown[]) => {
      write(...values);
      if (!isHeard()) return;
      try {
        tellViewer({ type: "hivesync:console", level, text: clip(describeArguments(values), longestText) });
      } catch {
        // What cannot be described, as a revoked proxy, is in the browser's console.
      }
    };
  }
}
