import { api } from "@hivesync/contracts/api";
import { aiInput } from "@hivesync/contracts/jobs/ai-input";
import { operation } from "#operation.ts";
import { jobKinds } from "#outbox/job-kinds.ts";
import { readEarlierInput } from "#submit/read-earlier-input.ts";
import { nameFiles } from "#submit/require-stored-files.ts";
import { acceptAiJob } from "./accept-ai-job.ts";

export const retryAiJob = operation(api.ai.retry, async ({ deps, actor, scope, input: { id }, request, transact }) => {
  const { projectId, input } = await readEarlierInput(deps, jobKinds.ai, { id, schema: aiInput });
  const files = [...nameFiles("selection", input.selection), ...nameFiles("context.files", input.context)];
  return acceptAiJob(
    { deps, actor, scope, request, transact },
    { projectId, input, files, source: "caller", retriedFrom: id },
  );
});
