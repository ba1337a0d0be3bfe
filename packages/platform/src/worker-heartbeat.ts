import { workerGpu } from "@hivesync/contracts/operator";
import type { Redis } from "ioredis";
import { z } from "zod";

/** What a worker says of itself every few seconds. Times are ISO strings. A newer one may say more. */
export const heartbeatSchema = z.object({
  id: z.string(),
  kind: z.enum(["cpu", "gpu"]),
  host: z.string(),
  pid: z.int(),
  queues: z.array(z.string()),
  concurrency: z.int(),
  active: z.int(),
  version: z.string(),
  /** Of a GPU worker alone; one from before there were any says nothing. */
  gpu: workerGpu.nullable().optional(),
  /** How pages that run on this worker are confined: by namespaces, or by nothing that counts. Of a worker that takes pictures. */
  sandbox: z.enum(["none", "namespace"]).optional(),
  /** What keeps builds from the network and from files that are not theirs: namespaces, or nothing of the system's. */
  walls: z.enum(["none", "namespace"]).optional(),
  last_seen: z.string(),
});
export type Heartbeat = z.output<typeof heartbeatSchema>;

/** Milliseconds between two heartbeats. */
export const heartbeatIntervalMs = 2_000;
const lifeSeconds = 10;

function keyOf(redisPrefix: string, workerId: string): string {
  return `${redisPrefix}worker:${workerId}`;
}

/** Says that a worker is alive, for ten seconds. */
export async function writeHeartbeat(redis: Redis, redisPrefix: string, heartbeat: Heartbeat): Promise<void> {
  await redis
    .multi()
    .set(keyOf(redisPrefix, heartbeat.id), JSON.stringify(heartbeat), "EX", lifeSeconds)
    .zadd(`${redisPrefix}workers`, Date.now(), heartbeat.id)
    .exec();
}

/** Takes a worker off the list at its orderly end. */
export async function removeHeartbeat(redis: Redis, redisPrefix: string, workerId: string): Promise<void> {
  await redis.multi().del(keyOf(redisPrefix, workerId)).zrem(`${redisPrefix}workers`, workerId).exec();
}

/** The workers that gave a sign of life within ten seconds. */
export async function readHeartbeats(redis: Redis, redisPrefix: string): Promise<Heartbeat[]> {
  const list = `${redisPrefix}workers`;
  await redis.zremrangebyscore(list, "-inf", Date.now() - lifeSeconds * 1_000);
  const ids = await redis.zrange(list, 0, "-1");
  if (ids.length === 0) return [];
  const values = await redis.mget(ids.map((id) => keyOf(redisPrefix, id)));
  return values.flatMap((value) => {
    if (value === null) return [];
    const parsed = heartbeatSchema.safeParse(JSON.parse(value));
    return parsed.success ? [parsed.data] : [];
  });
}
