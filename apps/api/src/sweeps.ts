/** Work that is done again and again, one run after the other has ended. */
export interface Sweeps {
  start: () => void;
  /** Begins no more, and waits for the run under way. */
  stop: () => Promise<void>;
}

/** Runs `sweep`, which deals with its own failures, `firstMs` after the start and `everyMs` after each run. */
export function createSweeps(sweep: () => Promise<void>, time: { firstMs: number; everyMs: number }): Sweeps {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const schedule = (afterMs: number): void => {
    timer = setTimeout(() => {
      running = sweep().finally(() => {
        if (timer) schedule(time.everyMs);
      });
    }, afterMs);
  };
  return {
    start: () => schedule(time.firstMs),
    stop: async () => {
      clearTimeout(timer);
      timer = undefined;
      await running;
    },
  };
}
