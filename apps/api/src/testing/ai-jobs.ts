import type { AiResult } from "@hivesync/contracts/jobs/ai-result";
import type { AiJobType, SubmittedAiJob } from "@hivesync/contracts/resources/ai";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { toObjectUrl } from "@hivesync/platform/storage/object-keys";
import { aiFileKey, aiFiles } from "@hivesync/platform/storage/ai-files";
import { expect } from "vitest";
import { manifestOf, postSigned, uploadMissing } from "./publish.ts";
import type { Answer, TestApi } from "./start-test-api.ts";

/** A selection of whole files. */
export interface AiRequest {
  token: string;
  projectId: string;
  jobType?: AiJobType;
}

export function askForAi(api: TestApi, by: AiRequest, files: Readonly<Record<string, string>>): Promise<Answer> {
  const body = { project_id: by.projectId, job_type: by.jobType ?? "explain", selection: manifestOf(files) };
  return api.call("POST /ai/jobs", { token: by.token, body });
}

/** Asks for an AI job about these files, uploading what is missing, and answers the 202. */
export async function submitAi(
  api: TestApi,
  by: AiRequest,
  files: Readonly<Record<string, string>>,
): Promise<SubmittedAiJob> {
  const first = await askForAi(api, by, files);
  if (first.status === 409) await uploadMissing(first, files);
  const answer = first.status === 409 ? await askForAi(api, by, files) : first;
  expect(answer.status).toBe(202);
  return answer.body.data;
}

/** What a worker does when it takes an AI job. Answers the attempt, which is the fencing token. */
export async function claimAi(api: TestApi, jobId: string): Promise<number> {
  const [row] = await api.sql<{ attempt: number }[]>`
    UPDATE ai_jobs SET status = 'RUNNING', attempt = attempt + 1, started_at = now(), dispatched_at = coalesce(dispatched_at, now())
    WHERE id = ${jobId} AND status IN ('QUEUED', 'RUNNING') RETURNING attempt`;
  return row?.attempt ?? 0;
}

/** A result as the static engine writes one. */
export function resultOf(markdown = "A function that doubles a value."): AiResult {
  return { engine: "static", markdown, notes: [] };
}

/** The callback of an AI job that went well, with its result and log stored. */
export async function aiSuccess(
  api: TestApi,
  job: { teamId: string; jobId: string; attempt: number },
  result: unknown = resultOf(),
): Promise<CallbackBody> {
  const { storage } = api.deps;
  await storage.put(aiFileKey(job, "result"), JSON.stringify(result), aiFiles.result.contentType);
  await storage.put(aiFileKey(job, "log"), "done", aiFiles.log.contentType);
  return {
    job_id: job.jobId,
    status: "SUCCESS",
    attempt: job.attempt,
    bundle_url: toObjectUrl(storage.bucket, aiFileKey(job, "result")),
    logs_url: toObjectUrl(storage.bucket, aiFileKey(job, "log")),
    metrics: { timings: { write_ms: 7 } },
  };
}

/** Writes what an AI job asked for the way a worker does. */
export async function completeAi(
  api: TestApi,
  job: { teamId: string; jobId: string },
  result: unknown = resultOf(),
): Promise<void> {
  const attempt = await claimAi(api, job.jobId);
  const answer = await postSigned(api, "/ai/callback", await aiSuccess(api, { ...job, attempt }, result));
  expect(answer.body.data).toEqual({ applied: true });
}
