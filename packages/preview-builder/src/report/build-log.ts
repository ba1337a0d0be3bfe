/** Collects `build.log` line by line, and how long each step took in milliseconds. */
export interface BuildLog {
  write(line: string): void;
  /** Ends the step that began with the last call, under this name. Steps of one name count together. */
  step(name: string): void;
  readonly timings: Record<string, number>;
  text(): string;
}

export function createBuildLog(now: () => number = () => performance.now()): BuildLog {
  const lines: string[] = [];
  const timings: Record<string, number> = {};
  let stepStart = now();
  return {
    write: (line) => void lines.push(line),
    step: (name) => {
      const end = now();
      timings[name] = Math.round(((timings[name] ?? 0) + end - stepStart) * 10) / 10;
      stepStart = end;
    },
    timings,
    text: () => `${lines.join("\n")}\n`,
  };
}
