import type { Logger } from "./logger.ts";

/** Longest that a process takes to end, in milliseconds; then it exits whatever still runs. */
const deadlineMs = 12_000;

/** A process at its work. */
interface Running {
  log: Logger;
  /** Stops taking work, waits for what is under way, closes connections. */
  close: () => Promise<void>;
}

async function end(running: Promise<Running>, signal: NodeJS.Signals): Promise<never> {
  const started = await running.catch(() => process.exit(1));
  started.log.info("shutdown_started", { signal });
  try {
    await started.close();
  } catch (error) {
    started.log.error("shutdown_failed", { error });
    process.exit(1);
  }
  started.log.info("shutdown_finished");
  process.exit(0);
}

/**
 * Ends a process in order on SIGTERM or SIGINT: closes once, then exits with 0, or with 1 when it failed or took too long.
 *
 * @param running - What is closed. A promise when the process is still starting: a signal waits for it, so that nothing half-started is left.
 */
export function closeOnSignal(running: Running | Promise<Running>): void {
  const settled = Promise.resolve(running);
  let closing = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (closing) return;
    closing = true;
    setTimeout(() => {
      void settled.then(({ log }) => log.error("shutdown_overdue", { deadline_ms: deadlineMs }));
      setImmediate(() => process.exit(1));
    }, deadlineMs).unref();
    void end(settled, signal);
  };
  // A start that fails is told of by whoever waits for it.
  settled.catch(() => undefined);
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
