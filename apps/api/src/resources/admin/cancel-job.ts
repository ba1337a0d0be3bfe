import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { cancelJob as cancelJobOf, type Cancellation } from "#outbox/cancel-job.ts";
import { findJob } from "./find-job.ts";

export const cancelJob = operation(api.admin.cancelJob, async ({ deps, actor, input, transact }) => {
  const { kind } = await findJob(deps.db, input.id);
  const named: Cancellation["transact"] = (work) =>
    transact(async (transaction) => ({ ...(await work(transaction)), kind: kind.name }));
  const { job_id, status } = await cancelJobOf(kind, { deps, actor, input, transact: named });
  return { job_id, kind: kind.name, status };
});
