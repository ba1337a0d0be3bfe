import { setTimeout as delay } from "node:timers/promises";

/** Asks again and again. Resolves to true once the check holds, to false when it does not within the time or the signal ends it. */
export async function poll(
  check: () => boolean | Promise<boolean>,
  options: { withinMs: number; everyMs?: number; signal?: AbortSignal },
): Promise<boolean> {
  const { withinMs, everyMs = 100, signal } = options;
  const end = performance.now() + withinMs;
  for (;;) {
    if (await check()) return true;
    if (signal?.aborted || performance.now() > end) return false;
    await delay(everyMs);
  }
}
