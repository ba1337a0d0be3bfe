import { z } from "zod";
import { id } from "../values.ts";
import { defineJob } from "./job-definition.ts";
import { previewQueues } from "./job-state.ts";

/** Builds one preview. The row of preview_sessions says which files and options. */
export const previewBuild = defineJob({
  name: "preview-build",
  queues: previewQueues,
  payload: z.strictObject({ job_id: id }),
  retry: { attempts: 3, firstDelayMs: 1_000 },
});
