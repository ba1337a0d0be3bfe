/** The part was not asked: it did not answer a moment ago. */
export class CircuitOpenError extends Error {
  override readonly name = "CircuitOpenError";
}

/** Keeps callers from waiting, one after the other, for a part that does not answer. */
export interface CircuitBreaker {
  /**
   * Asks the part, and gives it its time to answer. What it answers too late is dropped.
   *
   * @throws TimeoutError when that time is over; CircuitOpenError at once while the part counts as away.
   */
  run: <Result>(ask: () => Promise<Result>) => Promise<Result>;
}

function answerWithin<Result>(milliseconds: number, answer: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new DOMException(`no answer within ${milliseconds} ms`, "TimeoutError"));
    // An event loop that was held up is no fault of the part: what has arrived is read before it is given up.
    const timer = setTimeout(() => setImmediate(giveUp), milliseconds);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Makes a breaker of one part. After a call without an answer the part counts as away for `awayMs`; then one call tries it, and the others go on
 * without: libraries that do this make them wait for that one. An error is an answer: it costs nobody time.
 */
export function createCircuitBreaker(options: { timeoutMs: number; awayMs: number }): CircuitBreaker {
  let awayUntil: number | undefined;
  let isTried = false;
  return {
    run: async (ask) => {
      const isTrial = awayUntil !== undefined;
      if (awayUntil !== undefined && (isTried || performance.now() < awayUntil))
        throw new CircuitOpenError("the part did not answer a moment ago");
      isTried = isTrial;
      try {
        const result = await answerWithin(options.timeoutMs, ask());
        if (isTrial) awayUntil = undefined;
        return result;
      } catch (error) {
        const isAway = error instanceof DOMException && error.name === "TimeoutError";
        if (isAway) awayUntil = performance.now() + options.awayMs;
        else if (isTrial) awayUntil = undefined;
        throw error;
      } finally {
        if (isTrial) isTried = false;
      }
    },
  };
}
