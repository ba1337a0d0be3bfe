import type { ManifestFile } from "@hivesync/contracts/paths";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import type { FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import { signCallback } from "@hivesync/platform/callback-signature";
import { sha256Hex } from "@hivesync/platform/ids";
import { objectKeys, toObjectUrl } from "@hivesync/platform/storage/object-keys";
import { expect } from "vitest";
import type { Answer, TestApi } from "./start-test-api.ts";

export interface RequestedPreview {
  job_id: string;
  preview_token: string;
  preview_url: string;
  status: string;
  queue: string;
  expires_at: string;
}

/** Files by path as a manifest. */
export function manifestOf(files: Readonly<Record<string, string>>): ManifestFile[] {
  return Object.entries(files).map(([path, text]) => ({
    path,
    sha256: sha256Hex(text),
    size: Buffer.byteLength(text),
  }));
}

/** What an answer says to upload. */
export function missingIn(answer: Answer): FilesMissingDetails {
  const details: FilesMissingDetails | undefined = answer.body.error?.details;
  if (details === undefined) throw new Error(`no files are missing: ${JSON.stringify(answer.body)}`);
  return details;
}

/** Puts each missing file where the answer says. */
export async function uploadMissing(answer: Answer, files: Readonly<Record<string, string>>): Promise<void> {
  const { missing } = missingIn(answer);
  const bySha256 = new Map(Object.values(files).map((text) => [sha256Hex(text), text]));
  for (const { sha256, upload_url, headers } of missing) {
    const response = await fetch(upload_url, { method: "PUT", headers, body: bySha256.get(sha256) ?? "" });
    expect(response.status).toBe(200);
  }
}

/** Requests a preview of these files, uploading what is missing, and answers the 202. */
export async function publish(
  api: TestApi,
  by: { token: string; projectId: string },
  files: Readonly<Record<string, string>>,
): Promise<RequestedPreview> {
  const body = { project_id: by.projectId, files: manifestOf(files) };
  const first = await api.call("POST /preview/request", { token: by.token, body });
  if (first.status === 409) await uploadMissing(first, files);
  const answer = first.status === 409 ? await api.call("POST /preview/request", { token: by.token, body }) : first;
  expect(answer.status).toBe(202);
  return answer.body.data;
}

/** What a worker does when it takes a job. Answers the attempt, which is the fencing token. */
export async function claim(api: TestApi, jobId: string): Promise<number> {
  const [row] = await api.sql<{ attempt: number }[]>`
    UPDATE preview_sessions SET status = 'RUNNING', attempt = attempt + 1, started_at = now(), dispatched_at = coalesce(dispatched_at, now())
    WHERE id = ${jobId} AND status IN ('QUEUED', 'RUNNING') RETURNING attempt`;
  return row?.attempt ?? 0;
}

/** A callback as a worker posts it, signed over its bytes. */
export async function postSigned(api: TestApi, path: string, body: unknown): Promise<Answer> {
  const raw = JSON.stringify(body);
  return api.call(`POST ${path}`, { raw, headers: { ...signCallback(raw, api.stack.workerSecret) } });
}

/** Stores an object under this attempt's prefix and answers its s3:// address. */
export async function putResult(
  api: TestApi,
  job: { teamId: string; jobId: string; attempt: number },
  name: string,
): Promise<string> {
  const key = objectKeys.attempt({ ...job, kind: "previews" }) + name;
  await api.deps.storage.put(key, `<!doctype html>${name}`, "text/html");
  return toObjectUrl(api.deps.storage.bucket, key);
}

/** The callback of a build that went well, with its objects stored. */
export async function successBody(
  api: TestApi,
  job: { teamId: string; jobId: string; attempt: number },
): Promise<CallbackBody> {
  return {
    job_id: job.jobId,
    status: "SUCCESS",
    attempt: job.attempt,
    bundle_url: await putResult(api, job, "index.html"),
    logs_url: await putResult(api, job, "build.log"),
    error: null,
    artifacts: [{ name: "source_map", url: await putResult(api, job, "index.html.map") }],
    metrics: { timings: { build_ms: 12 }, warnings: ["one warning"], kind: "Vue page (Vue 3)" },
  };
}

/** Builds a requested preview the way a worker does. */
export async function complete(api: TestApi, job: { teamId: string; jobId: string }): Promise<void> {
  const attempt = await claim(api, job.jobId);
  const answer = await postSigned(api, "/preview/callback", await successBody(api, { ...job, attempt }));
  expect(answer.body.data).toEqual({ applied: true });
}

/** Fails to build a requested preview the way a worker does. */
export async function fail(api: TestApi, jobId: string, error = "no"): Promise<void> {
  const attempt = await claim(api, jobId);
  const answer = await postSigned(api, "/preview/callback", { job_id: jobId, status: "FAIL", attempt, error });
  expect(answer.body.data).toEqual({ applied: true });
}
