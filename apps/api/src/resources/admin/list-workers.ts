import { api } from "@hivesync/contracts/api";
import type { LiveWorker } from "@hivesync/contracts/operator";
import { AppError } from "@hivesync/platform/app-error";
import type { Heartbeat } from "@hivesync/platform/worker-heartbeat";
import { operation } from "#operation.ts";

function toWorker(heartbeat: Heartbeat): LiveWorker {
  const { id, kind, host, queues, concurrency, active, version, gpu = null, last_seen } = heartbeat;
  return { id, kind, host, queues, concurrency, active, version, gpu, last_seen };
}

export const listWorkers = operation(api.admin.listWorkers, async ({ deps }) => {
  const workers = await deps.health.readWorkers().catch((cause: unknown) => {
    // Whatever is wrong with Redis, nobody is told that there are no workers.
    throw new AppError("SERVICE_UNAVAILABLE", { cause, retryAfterSeconds: 2 });
  });
  return { items: workers.map(toWorker).toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
});
