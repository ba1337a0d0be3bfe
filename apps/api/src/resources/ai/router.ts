import type { Operations } from "#operation.ts";
import { cancelAiJob } from "./cancel-ai-job.ts";
import { getAiJob } from "./get-ai-job.ts";
import { listAiJobs } from "./list-ai-jobs.ts";
import { retryAiJob } from "./retry-ai-job.ts";
import { submitAiJob } from "./submit-ai-job.ts";

export const aiOperations = {
  submit: submitAiJob,
  get: getAiJob,
  list: listAiJobs,
  cancel: cancelAiJob,
  retry: retryAiJob,
} satisfies Operations<"ai">;
