import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import path from "node:path";

const maxFileBytes = 20_000_000;
const keptLines = 20;

/** The log file of one child. */
export interface ChildLog {
  readonly file: string;
  write: (line: string) => void;
  /** The last lines, oldest first. */
  lastLines: () => readonly string[];
}

function openFresh(file: string): number {
  try {
    renameSync(file, `${file}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return openSync(file, "a", 0o600);
}

/** Opens a log file of its own for this run; that of the run before stays beside it as `.1`, and so does what grows past 20 MB. */
export function openChildLog(directory: string, name: string): ChildLog {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, `${name}.log`);
  const lines: string[] = [];
  let descriptor = openFresh(file);
  const writeToFile = (line: string): void => {
    if (fstatSync(descriptor).size > maxFileBytes) {
      closeSync(descriptor);
      descriptor = openFresh(file);
    }
    writeSync(descriptor, `${line}\n`);
  };
  return {
    file,
    write: (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      try {
        writeToFile(line);
      } catch {
        // A full disk: the stack goes on without this line, and its last lines are kept in memory.
      }
    },
    lastLines: () => lines,
  };
}
