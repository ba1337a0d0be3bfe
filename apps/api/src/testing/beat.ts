import { newId } from "@hivesync/platform/ids";
import { writeHeartbeat } from "@hivesync/platform/worker-heartbeat";
import type { TestApi } from "./start-test-api.ts";

/** A sign of life, as a worker of this kind gives it. */
export async function beat(api: TestApi, kind: "cpu" | "gpu"): Promise<void> {
  await writeHeartbeat(api.deps.redis, api.stack.redisPrefix, {
    id: newId(),
    kind,
    host: "test",
    pid: 1,
    queues: [],
    concurrency: 1,
    active: 0,
    version: "0",
    last_seen: new Date().toISOString(),
  });
}
