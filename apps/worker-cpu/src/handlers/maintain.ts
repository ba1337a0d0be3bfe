import type { maintenance } from "@hivesync/contracts/jobs/maintenance";
import type { RunningJob } from "@hivesync/platform/queue/run-worker";
import type { z } from "zod";
import type { Deps } from "#deps.ts";
import { collectBlobs } from "#maintenance/collect-blobs.ts";
import { deleteObjects } from "#maintenance/delete-objects.ts";
import { dropOldRows } from "#maintenance/drop-old-rows.ts";
import { expirePreviews } from "#maintenance/expire-previews.ts";
import type { MaintenanceContext } from "#maintenance/maintenance-context.ts";

type MaintenancePayload = z.output<typeof maintenance.payload>;

/** Each cleans one batch after another and answers how many rows it deleted. */
const tasks: Readonly<Record<MaintenancePayload["task"], (context: MaintenanceContext) => Promise<number>>> = {
  expire_previews: expirePreviews,
  delete_objects: deleteObjects,
  collect_blobs: collectBlobs,
  drop_old_rows: dropOldRows,
};

/** Runs one clean-up task. What a failure leaves undone, the task's next run finds again. */
export async function maintain(deps: Deps, job: RunningJob<MaintenancePayload>): Promise<void> {
  const { task } = job.payload;
  const started = performance.now();
  const { maintenanceDb, storage } = deps;
  const deleted = await tasks[task]({ maintenanceDb, storage, signal: job.signal });
  const duration_ms = Math.round(performance.now() - started);
  deps.log[deleted === 0 ? "debug" : "info"]("maintenance_finished", { task, deleted, duration_ms });
}
