import { spawnTethered, type TetheredProcess } from "@hivesync/dev-services/spawn-tethered";
import { briefLines } from "./brief-lines.ts";
import type { ChildLog } from "./child-log.ts";
import { poll } from "./poll.ts";

/** An app of ours as a child. */
export interface AppProcess {
  name: string;
  /** Its main file. */
  main: string;
  env: Readonly<Record<string, string>>;
  log: ChildLog;
  /** Whether it does its work by now. */
  isReady: (pid: number) => Promise<boolean>;
  /** From the polite signal to the end by force. */
  graceMs: number;
}

const readyWithinMs = 60_000;

/**
 * Starts an app and waits until it does its work.
 *
 * @throws Error with its last lines when it ends before that, or is not ready within a minute.
 */
export async function startApp(app: AppProcess): Promise<TetheredProcess> {
  const { name, main, env, log, graceMs } = app;
  const running = await spawnTethered(process.execPath, [main], { env, output: log.write, graceMs });
  const ended = new AbortController();
  const end = running.exited.finally(() => ended.abort());
  const isReady = await poll(() => app.isReady(running.pid), { withinMs: readyWithinMs, signal: ended.signal });
  if (isReady && !ended.signal.aborted) return running;
  const how = ended.signal.aborted
    ? await end.then(({ code, signal }) => `ended at its start (${signal ?? `code ${code}`})`)
    : `was not ready within ${readyWithinMs / 1_000} s`;
  await running.stop();
  throw new Error(`${name} ${how}. Its log: ${log.file}\n${briefLines(log.lastLines())}`);
}
