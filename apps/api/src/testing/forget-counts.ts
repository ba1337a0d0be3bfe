import type { TestApi } from "./start-test-api.ts";

/** Every limit begins anew. */
export async function forgetCounts(api: TestApi): Promise<void> {
  const keys = await api.deps.redis.keys(`${api.stack.redisPrefix}rate_limit:*`);
  if (keys.length > 0) await api.deps.redis.del(keys);
}
