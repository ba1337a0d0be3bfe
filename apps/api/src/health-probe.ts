import type { DeepHealth } from "@hivesync/contracts/resources/health";
import type { Database } from "@hivesync/db/client";
import { newId } from "@hivesync/platform/ids";
import type { Storage } from "@hivesync/platform/storage/client";
import type { Heartbeat } from "@hivesync/platform/worker-heartbeat";
import { sql } from "drizzle-orm";
import type { Redis } from "ioredis";
import { cachedFor } from "./cached-for.ts";

const cacheMs = 5_000;
const workersCacheMs = 2_000;
const partTimeoutMs = 2_000;

export interface HealthProbe {
  /** The state of every part, at most five seconds old. */
  read: () => Promise<DeepHealth>;
  /** How many workers of each kind are alive, at most two seconds old; none of any kind while Redis is away. */
  liveWorkers: () => Promise<DeepHealth["workers"]>;
  /** The workers that are alive, asked for now. Throws while Redis is away. */
  readWorkers: () => Promise<Heartbeat[]>;
}

async function isUp(check: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), partTimeoutMs);
  });
  const answered = check().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, overdue]).finally(() => clearTimeout(timer));
}

/** An object is written, read and deleted: a store that only answers is of no use. */
async function tryStorage(storage: Storage): Promise<void> {
  const key = `health/${newId()}`;
  await storage.put(key, "up", "text/plain");
  const read = await storage.get(key);
  await storage.delete([key]);
  if (!read || Buffer.from(read).toString() !== "up") throw new Error("the object came back different");
}

/** Probes the parts that the API stands on. However many ask, each is probed once in its time. */
export function createHealthProbe(parts: {
  db: Database;
  redis: Redis;
  storage: Storage;
  readHeartbeats: () => Promise<Heartbeat[]>;
}): HealthProbe {
  const countWorkers = async (): Promise<DeepHealth["workers"]> => {
    const workers = await parts.readHeartbeats().catch(() => []);
    const alive = (kind: "cpu" | "gpu"): number => workers.filter((worker) => worker.kind === kind).length;
    return { cpu: alive("cpu"), gpu: alive("gpu") };
  };
  const liveWorkers = cachedFor(workersCacheMs, countWorkers);
  const probe = async (): Promise<DeepHealth> => {
    const [database, redis, storage, workers] = await Promise.all([
      isUp(() => parts.db.execute(sql`SELECT 1`)),
      isUp(() => parts.redis.ping()),
      isUp(() => tryStorage(parts.storage)),
      liveWorkers(),
    ]);
    const word = (up: boolean): "up" | "down" => (up ? "up" : "down");
    return {
      // Without a CPU worker no preview is ever built; a GPU worker is a luxury.
      status: word(database && redis && storage && workers.cpu > 0),
      database: word(database),
      redis: word(redis),
      storage: word(storage),
      workers,
    };
  };
  return { read: cachedFor(cacheMs, probe), liveWorkers, readWorkers: parts.readHeartbeats };
}
