import { z } from "zod";
import { id } from "../values.ts";
import { defineJob } from "./job-definition.ts";
import { aiQueues } from "./job-state.ts";

/** Documents, explains or summarizes a selection of files. The row of ai_jobs says which, and how. */
export const aiDocument = defineJob({
  name: "ai-document",
  queues: aiQueues,
  payload: z.strictObject({ job_id: id }),
  retry: { attempts: 3, firstDelayMs: 1_000 },
});
