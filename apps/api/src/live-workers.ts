import type { LiveWorker } from "@hivesync/contracts/operator";
import { AppError } from "@hivesync/platform/app-error";
import type { Heartbeat } from "@hivesync/platform/worker-heartbeat";
import type { HealthProbe } from "./health-probe.ts";

function toWorker(heartbeat: Heartbeat): LiveWorker {
  const { id, kind, host, queues, concurrency, active, version, gpu = null, walls = null, last_seen } = heartbeat;
  return { id, kind, host, queues, concurrency, active, version, gpu, walls, last_seen };
}

/**
 * The workers that are alive, by id.
 *
 * @throws AppError SERVICE_UNAVAILABLE while Redis is away
 */
export async function readLiveWorkers({ readWorkers }: Pick<HealthProbe, "readWorkers">): Promise<LiveWorker[]> {
  const workers = await readWorkers().catch((cause: unknown) => {
    // Whatever is wrong with Redis, nobody is told that there are no workers.
    throw new AppError("SERVICE_UNAVAILABLE", { cause, retryAfterSeconds: 2 });
  });
  return workers.map(toWorker).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
