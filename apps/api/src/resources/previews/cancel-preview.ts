import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { cancelJob } from "#outbox/cancel-job.ts";
import { jobKinds } from "#outbox/job-kinds.ts";

export const cancelPreview = operation(api.previews.cancel, (context) => cancelJob(jobKinds.preview, context));
