import { mkdir } from "node:fs/promises";
import path from "node:path";
import { createLogger, type Logger, type LogLevel } from "@hivesync/platform/logger";
import { createStream } from "rotating-file-stream";

export interface LogOptions {
  directory: string;
  name: string;
  level: LogLevel;
  /** Given each line too, without secrets. */
  onLine?: ((line: string) => void) | undefined;
}

/** The one log of a Desktop. */
export interface DesktopLog {
  log: Logger;
  file: string;
  close: () => Promise<void>;
}

/** Files of 5 MB, the present one and four before it. */
const rotation = { size: "5M", rotate: 4 } as const;

/** The file before the present one. */
export function previousLog(file: string): string {
  return `${file}.1`;
}

/** Opens the log: lines of JSON without secrets, in files that only this user can read. */
export async function openLog({ directory, name, level, onLine }: LogOptions): Promise<DesktopLog> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const nameOf = (index: number | Date | null): string => (index === null ? name : `${name}.${String(index)}`);
  const stream = createStream(nameOf as (time: number | Date) => string, {
    ...rotation,
    path: directory,
    mode: 0o600,
  });
  // A full disk costs the log, not the Desktop.
  stream.on("error", () => undefined);
  stream.on("warning", () => undefined);
  const write = (line: string): void => {
    stream.write(line);
    onLine?.(line.trimEnd());
  };
  return {
    log: createLogger({ level, service: "desktop-proxy", destination: { write } }),
    file: path.join(directory, name),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
