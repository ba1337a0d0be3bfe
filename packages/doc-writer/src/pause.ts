import { setImmediate } from "node:timers/promises";

/** Long work asks it again and again: it lets others run now and then, and ends the work when the signal is aborted. */
export type Pause = () => Promise<void> | void;

const sliceMs = 15;

/**
 * A pause for a signal. A signal is aborted by a timer, and no timer runs in the middle of synchronous work.
 *
 * @throws What the signal was aborted with, from the pause.
 */
export function createPause(signal: AbortSignal): Pause {
  let last = performance.now();
  const letOthersRun = async (): Promise<void> => {
    await setImmediate();
    last = performance.now();
    signal.throwIfAborted();
  };
  return () => {
    signal.throwIfAborted();
    return performance.now() - last < sliceMs ? undefined : letOthersRun();
  };
}
