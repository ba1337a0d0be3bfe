/** How many works run at once, and what ends them early. */
export interface BoundedOptions {
  limit: number;
  signal?: AbortSignal | undefined;
}

/**
 * Runs `work` on every item, at most `limit` at once, and gives the results in the order of the items. After the first
 * failure, or once `signal` is aborted, no further work starts; what runs is waited for, then the failure is thrown.
 *
 * @example
 * const sizes = await mapBounded(paths, { limit: 8 }, async (path) => (await stat(path)).size);
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  { limit, signal }: BoundedOptions,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = Array.from<Result>({ length: items.length });
  const remaining = items.entries();
  let failed = false;
  const runLane = async (): Promise<void> => {
    for (const [index, item] of remaining) {
      if (failed) return;
      try {
        signal?.throwIfAborted();
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, runLane));
  const failure = lanes.find((lane) => lane.status === "rejected");
  if (failure) throw failure.reason;
  return results;
}
