import { styleText } from "node:util";

/** What the supervisor says while it works, a line at a time. */
export interface Report {
  say: (text: string) => void;
  done: (text: string) => void;
  failed: (text: string) => void;
  /** Does the work and says how long it took. What it throws is left to the caller to tell. */
  step: <Value>(label: string | ((value: Value) => string), work: () => Promise<Value>) => Promise<Value>;
}

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`;

export function createReport(print: (line: string) => void): Report {
  const done = (text: string): void => print(`${styleText("green", "✓")} ${text}`);
  return {
    say: print,
    done,
    failed: (text) => print(`${styleText("red", "✗")} ${text}`),
    step: async (label, work) => {
      const startedAt = performance.now();
      const value = await work();
      done(`${typeof label === "string" ? label : label(value)} ${styleText("dim", `(${seconds(startedAt)})`)}`);
      return value;
    },
  };
}
