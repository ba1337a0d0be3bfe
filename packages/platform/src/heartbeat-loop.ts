import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Logger } from "./logger.ts";
import { heartbeatIntervalMs, removeHeartbeat, writeHeartbeat, type Heartbeat } from "./worker-heartbeat.ts";

export interface HeartbeatLoopOptions {
  /** A producer connection: on one that waits, an outage would only pile the heartbeats up. */
  redis: Redis;
  redisPrefix: string;
  log: Logger;
  workerId: string;
  /** Read anew for each heartbeat. */
  describe: () => Omit<Heartbeat, "id" | "last_seen">;
}

/**
 * Says every two seconds that this worker is alive. While Redis is away it goes on and says so in the log once.
 *
 * @returns `stop`, which takes the worker off the list.
 * @example
 * const heartbeat = startHeartbeatLoop({ redis, redisPrefix, log, workerId, describe });
 * await heartbeat.stop();
 */
export function startHeartbeatLoop(options: HeartbeatLoopOptions): { stop: () => Promise<void> } {
  const { redis, redisPrefix, log, workerId } = options;
  const stopping = new AbortController();
  let isDown = false;
  const beat = async (): Promise<void> => {
    try {
      const last_seen = new Date().toISOString();
      await writeHeartbeat(redis, redisPrefix, { ...options.describe(), id: workerId, last_seen });
      if (isDown) log.info("heartbeat_resumed");
      isDown = false;
    } catch (error) {
      if (!isDown) log.warn("heartbeat_failed", { error });
      isDown = true;
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await beat();
      await sleep(heartbeatIntervalMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = run();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
      // Without Redis the entry ends by itself ten seconds after its last sign of life.
      await removeHeartbeat(redis, redisPrefix, workerId).catch(() => undefined);
    },
  };
}
