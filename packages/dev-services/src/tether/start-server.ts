import { spawnTethered, type TetheredProcess, type TetherOptions } from "../spawn-tethered.ts";

/** How a server program is started, and how it is known to be ready. */
export interface ServerCommand {
  /** The program as people call it. */
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly options: Omit<TetherOptions, "output">;
  /** Matches the line of output that says that connections are taken. */
  readonly ready: RegExp;
  readonly onLog: ((line: string) => void) | undefined;
}

const keptLines = 12;

/**
 * Starts a server and waits until it says that it is ready.
 *
 * @throws Error with the server's last lines when it ends before that.
 */
export const startServer = async (server: ServerCommand): Promise<TetheredProcess> => {
  const ready = Promise.withResolvers<void>();
  const lastLines: string[] = [];
  const output = (line: string): void => {
    server.onLog?.(line);
    lastLines.push(line);
    if (lastLines.length > keptLines) lastLines.shift();
    if (server.ready.test(line)) ready.resolve();
  };
  const running = await spawnTethered(server.command, server.args, { ...server.options, output });
  const endedEarly = running.exited.then(({ code, signal }) => {
    throw new Error(`${server.what} ended at its start (${signal ?? `code ${code}`}):\n${lastLines.join("\n")}`);
  });
  await Promise.race([ready.promise, endedEarly]);
  return running;
};
