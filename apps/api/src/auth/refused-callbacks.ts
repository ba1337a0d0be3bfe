import { LRUCache } from "lru-cache";

/** The sources whose refused callbacks were audited within the last minute. */
export type RefusedCallbacks = LRUCache<string, true>;

/** One audit row a minute and source: a flood of forged callbacks must not fill the table. */
export function createRefusedCallbacks(): RefusedCallbacks {
  return new LRUCache({ max: 10_000, ttl: 60_000 });
}
