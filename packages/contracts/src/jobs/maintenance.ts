import { z } from "zod";
import { defineJob } from "./job-definition.ts";

/** What the maintenance worker cleans, each on its own schedule (milliseconds between runs). */
export const maintenanceTasks = {
  expire_previews: { everyMs: 60_000 },
  delete_objects: { everyMs: 60_000 },
  collect_blobs: { everyMs: 60 * 60_000 },
  drop_old_rows: { everyMs: 60 * 60_000 },
} as const;

export const maintenance = defineJob({
  name: "maintenance",
  queues: ["maintenance"],
  payload: z.strictObject({ task: z.enum(Object.keys(maintenanceTasks) as (keyof typeof maintenanceTasks)[]) }),
  retry: { attempts: 2, firstDelayMs: 5_000 },
});
