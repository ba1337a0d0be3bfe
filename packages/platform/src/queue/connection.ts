import { Redis } from "ioredis";

/** How Redis is used: `producer` answers a request and must not hang; `worker` and `subscriber` wait on purpose. */
export type RedisUse = "producer" | "worker" | "subscriber";

const commandTimeoutMs = 1_500;

/**
 * How long a connection on which something was asked may stay silent before another is opened: a peer that went without a word is never noticed
 * otherwise. Workers ask for a job and are answered after ten seconds at most, with a job or without.
 */
const longestSilenceMs: Readonly<Record<RedisUse, number>> = { producer: 5_000, worker: 15_000, subscriber: 5_000 };

/** A subscriber asks nothing, so it would never miss an answer. */
function keepAsking(redis: Redis, everyMs: number): void {
  const timer = setInterval(() => {
    if (redis.status === "ready") redis.ping().catch(() => undefined);
  }, everyMs).unref();
  redis.once("end", () => clearInterval(timer));
}

export interface RedisOptions {
  /** `redis://` or `rediss://` */
  url: string;
  use: RedisUse;
  /** Told of connection errors, so that they are logged and never thrown. */
  onError: (error: Error) => void;
  /** In place of what the use has, in milliseconds. */
  silenceMs?: number;
}

/** Opens a connection to Redis that connects by itself again for ever, also when its peer fell silent. */
export function connectRedis(options: RedisOptions): Redis {
  const waits = options.use !== "producer";
  const silenceMs = options.silenceMs ?? longestSilenceMs[options.use];
  const redis = new Redis(options.url, {
    // BullMQ asks this of worker connections; a subscriber resubscribes by itself.
    maxRetriesPerRequest: waits ? null : 1,
    enableOfflineQueue: waits,
    // Without it a queue.add hangs for as long as Redis does.
    ...(waits ? {} : { commandTimeout: commandTimeoutMs }),
    connectTimeout: 2_000,
    socketTimeout: silenceMs,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 5), 2_000),
    enableAutoPipelining: !waits,
  });
  redis.on("error", options.onError);
  if (options.use === "subscriber") keepAsking(redis, silenceMs);
  return redis;
}
