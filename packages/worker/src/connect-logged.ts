import { once } from "node:events";
import type { Logger } from "@hivesync/platform/logger";
import { connectRedis, type RedisUse } from "@hivesync/platform/queue/connection";
import type { Redis } from "ioredis";

/** Connects to Redis, and says once that it is away, and once that it is back. */
export function connectLogged(url: string, use: RedisUse, log: Logger): Redis {
  let isDown = false;
  const redis = connectRedis({
    url,
    use,
    onError: (error) => {
      if (!isDown) log.warn("redis_lost", { use, error });
      isDown = true;
    },
  });
  redis.on("ready", () => {
    if (isDown) log.info("redis_back", { use });
    isDown = false;
  });
  return redis;
}

/** Waits for the first connection, but not for long: a worker also starts while Redis is away. */
export async function waitForRedis(redis: Redis): Promise<void> {
  if (redis.status === "ready") return;
  await once(redis, "ready", { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
}
