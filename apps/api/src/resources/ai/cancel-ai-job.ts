import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { cancelJob } from "#outbox/cancel-job.ts";
import { jobKinds } from "#outbox/job-kinds.ts";

export const cancelAiJob = operation(api.ai.cancel, (context) => cancelJob(jobKinds.ai, context));
