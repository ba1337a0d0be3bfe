import { Redis } from "ioredis";

/** How Redis is used: `producer` answers a request and must not hang; `worker` and `subscriber` wait on purpose. */
export type RedisUse = "producer" | "worker" | "subscriber";

const commandTimeoutMs = 1_500;

/**
 * Opens a connection to Redis that connects by itself again for ever.
 *
 * @param options.url - `redis://` or `rediss://`
 * @param options.onError - Told of connection errors, so that they are logged and never thrown.
 */
export function connectRedis(options: { url: string; use: RedisUse; onError: (error: Error) => void }): Redis {
  const waits = options.use !== "producer";
  const redis = new Redis(options.url, {
    // BullMQ asks this of worker connections; a subscriber resubscribes by itself.
    maxRetriesPerRequest: waits ? null : 1,
    enableOfflineQueue: waits,
    // Without it a queue.add hangs for as long as Redis does.
    ...(waits ? {} : { commandTimeout: commandTimeoutMs }),
    connectTimeout: 2_000,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 5), 2_000),
    enableAutoPipelining: !waits,
  });
  redis.on("error", options.onError);
  return redis;
}
