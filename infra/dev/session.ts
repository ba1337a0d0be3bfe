import { rmSync } from "node:fs";
import path from "node:path";
import { assertPortsFree } from "./assert-ports-free.ts";
import { briefLines } from "./brief-lines.ts";
import { openChildLog, type ChildLog } from "./child-log.ts";
import type { DevFile } from "./dev-file.ts";
import type { DevEnvironment } from "./env.ts";
import { explainFailure } from "./explain-failure.ts";
import type { InstanceLock } from "./instance-lock.ts";
import { poll } from "./poll.ts";
import { writePrivateFile } from "./private-file.ts";
import { processStart } from "./process-start.ts";
import type { Report } from "./report.ts";
import { loadSecrets } from "./secrets.ts";
import { startStack } from "./start-stack.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";

/** What a session is given: the lock says that the folder is its own. */
export interface SessionOptions {
  env: DevEnvironment;
  directory: string;
  lanAddress: string | undefined;
  lock: InstanceLock;
  report: Report;
}

/** One run of the stack, from its start to its end. */
export interface Session {
  readonly devFile: string;
  /** Resolves when all is ready and dev.json says so. */
  start: () => Promise<Omit<DevFile, "pids">>;
  /** Ends what runs, also in the middle of the start. */
  stop: () => Promise<void>;
}

/** Workers and the Desktop first, as the jobs under way report to the API; the API before what it stands on. */
const stopOrder = [["worker-cpu", "worker-gpu", "desktop-proxy"], ["api"]];
const leftBehindWithinMs = 15_000;

/** Processes of a supervisor that was killed end by themselves; until then they hold ports and files that this run needs. */
async function waitForLeftBehind({ lock, report }: SessionOptions): Promise<void> {
  const areGone = (): boolean => lock.leftBehind.every((pid) => processStart(pid) === undefined);
  if (areGone()) return;
  report.say("Waiting for what is left of the last run …");
  await poll(areGone, { withinMs: leftBehindWithinMs });
}

function openLogs(directory: string): (name: string) => ChildLog {
  const logs = new Map<string, ChildLog>();
  return (name) => {
    const log = logs.get(name) ?? openChildLog(path.join(directory, "logs"), name);
    logs.set(name, log);
    return log;
  };
}

export function createSession(options: SessionOptions): Session {
  const { directory, lock, report } = options;
  const devFile = path.join(directory, "dev.json");
  const logOf = openLogs(directory);
  let stack: Omit<DevFile, "pids"> | undefined;
  let isStopping = false;

  const publish = (): void => {
    if (isStopping) return;
    const pids = supervisor.pids();
    lock.note({ api_url: stack?.api_url ?? null, pids });
    if (stack) writePrivateFile(devFile, `${JSON.stringify({ ...stack, pids } satisfies DevFile, null, 2)}\n`);
  };
  const supervisor: Supervisor = createSupervisor({
    onDeath: (name, { code, signal }, delayMs) => {
      const { file, lastLines } = logOf(name);
      report.failed(`${name} ended (${signal ?? `code ${code}`}), starts again in ${delayMs / 1_000} s; log: ${file}`);
      if (signal === null) report.say(briefLines(lastLines()));
    },
    onFailedRestart: (name, error) => report.failed(`${name}: ${explainFailure(error, directory)}`),
    onRestarted: (name) => report.done(`${name} is back`),
    onChange: () => {
      try {
        publish();
      } catch (error) {
        report.failed(`${devFile} could not be written: ${explainFailure(error, directory)}`);
      }
    },
  });

  return {
    devFile,
    start: async () => {
      rmSync(devFile, { force: true });
      await waitForLeftBehind(options);
      await assertPortsFree(options.env);
      const secrets = loadSecrets(path.join(directory, "secrets.json"));
      stack = await startStack({ ...options, secrets, supervisor, logOf });
      publish();
      return stack;
    },
    stop: async () => {
      isStopping = true;
      rmSync(devFile, { force: true });
      await supervisor.stop(stopOrder);
      lock.release();
    },
  };
}
