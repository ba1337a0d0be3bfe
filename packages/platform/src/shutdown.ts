import type { Logger } from "./logger.ts";

/** Longest that a process takes to end, in milliseconds; then it exits whatever still runs. */
const deadlineMs = 12_000;

/**
 * Ends a process in order on SIGTERM or SIGINT: runs `close` once, then exits with 0, or with 1 when it failed or took too long.
 *
 * @param close - Stops taking work, waits for what is under way, closes connections.
 */
export function closeOnSignal(log: Logger, close: () => Promise<void>): void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (closing) return;
    closing = true;
    log.info("shutdown_started", { signal });
    setTimeout(() => {
      log.error("shutdown_overdue", { deadline_ms: deadlineMs });
      process.exit(1);
    }, deadlineMs).unref();
    close().then(
      () => {
        log.info("shutdown_finished");
        process.exit(0);
      },
      (error: unknown) => {
        log.error("shutdown_failed", { error });
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
