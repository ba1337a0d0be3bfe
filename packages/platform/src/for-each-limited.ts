/** How {@link forEachLimited} works through its items. */
export interface ForEachOptions {
  /** Items in work at once. */
  limit: number;
  signal: AbortSignal;
}

/**
 * Runs `work` over the items, at most `limit` at a time. After the first failure no further one is begun, those in work
 * are told by their signal, and it is thrown once all have ended.
 *
 * @example
 * await forEachLimited(keys, { limit: 16, signal }, (key, either) => copy(key, either));
 */
export async function forEachLimited<Item>(
  items: readonly Item[],
  options: ForEachOptions,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([options.signal, failed.signal]);
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      if (either.aborted) return;
      await work(item, either);
    }
  };
  const count = Math.min(options.limit, items.length);
  await Promise.all(Array.from({ length: count }, () => lane().catch((error: unknown) => failed.abort(error))));
  either.throwIfAborted();
}
