import type { LeftOutFile } from "@hivesync/contracts/jobs/repo-sync";

const mostNamed = 10_000;

/** What a sync did, for people to read. */
export interface SyncLog {
  add: (line: string) => void;
  addLeftOut: (files: readonly LeftOutFile[]) => void;
  /** Measures what has passed since the last part, and notes it. */
  endPart: (name: string) => void;
  timings: () => Record<string, number>;
  text: () => string;
}

/** Begins the log of one attempt. It must be given nothing secret: it is kept, and shown to members of the team. */
export function createSyncLog(): SyncLog {
  const lines: string[] = [];
  const timings: Record<string, number> = {};
  let partStarted = performance.now();
  return {
    add: (line) => void lines.push(line),
    addLeftOut: (files) => {
      if (files.length > 0) lines.push(`left out: ${files.length}`);
      // Quoted: a path may hold what a terminal obeys.
      for (const { path, reason } of files.slice(0, mostNamed)) lines.push(`  ${JSON.stringify(path)}: ${reason}`);
      if (files.length > mostNamed) lines.push(`  and ${files.length - mostNamed} more, named in the manifest`);
    },
    endPart: (name) => {
      const now = performance.now();
      timings[name] = Math.round(now - partStarted);
      partStarted = now;
    },
    timings: () => timings,
    text: () => {
      const times = Object.entries(timings).map(([name, milliseconds]) => `${name}: ${milliseconds} ms`);
      return `${[...lines, ...times].join("\n")}\n`;
    },
  };
}
