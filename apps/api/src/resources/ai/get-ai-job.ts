import { api } from "@hivesync/contracts/api";
import { prepared } from "@hivesync/db/prepared";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { operation } from "#operation.ts";
import { aiJobSummaryColumns } from "./ai-job-columns.ts";
import { readSmallResult } from "./read-small-result.ts";

const findAiJob = prepared((db) =>
  db
    .select({
      ...aiJobSummaryColumns,
      progress: aiJobs.progress,
      result_key: aiJobs.result_url,
      logs_key: aiJobs.logs_key,
    })
    .from(aiJobs)
    .where(eq(aiJobs.id, sql.placeholder("id")))
    .prepare("find_ai_job"),
);

export const getAiJob = operation(api.ai.get, async ({ deps, input }) => {
  const [row] = await findAiJob(deps.db).execute({ id: input.id });
  if (!row) throw new AppError("NOT_FOUND");
  const { id, result_key: resultKey, logs_key: logsKey, ...shown } = row;
  const sign = async (key: string | null): Promise<string | null> =>
    key === null ? null : deps.presigner.get(key, "attachment");
  const [resultUrl, logsUrl, result] = await Promise.all([
    sign(resultKey),
    sign(logsKey),
    resultKey === null ? null : readSmallResult(deps, resultKey),
  ]);
  return { job_id: id, ...shown, result_url: resultUrl, result, logs_url: logsUrl };
});
