import { exampleRepoUrl } from "@hivesync/contracts/examples/repos";
import type { MirrorManifest, RepoMetrics } from "@hivesync/contracts/jobs/repo-sync";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import type { ProjectSettings } from "@hivesync/contracts/resources/projects";
import { sha256Hex } from "@hivesync/platform/ids";
import { objectKeys, toObjectUrl } from "@hivesync/platform/storage/object-keys";
import { expect } from "vitest";
import { manifestOf, postSigned } from "./publish.ts";
import type { Answer, TestApi } from "./start-test-api.ts";

/** Who asks, about which project. */
export interface SyncRequest {
  token: string;
  projectId: string;
}

/** One attempt of a sync. */
export interface SyncAttempt {
  teamId: string;
  jobId: string;
  attempt: number;
}

/** Names a project's repository. */
export async function setRepo(
  api: TestApi,
  { token, projectId }: SyncRequest,
  repo: ProjectSettings["repo"] = { url: exampleRepoUrl },
): Promise<void> {
  const answer = await api.call(`PATCH /projects/${projectId}/settings`, { token, body: { repo } });
  expect(answer.status).toBe(200);
}

export function askForSync(api: TestApi, by: SyncRequest, more: Record<string, unknown> = {}): Promise<Answer> {
  return api.call("POST /repos/sync", { token: by.token, body: { project_id: by.projectId, ...more } });
}

/** Asks for a sync and answers its id. */
export async function requestSync(api: TestApi, by: SyncRequest, more: Record<string, unknown> = {}): Promise<string> {
  const answer = await askForSync(api, by, more);
  expect(answer.status).toBe(202);
  return (answer.body.data as { sync_id: string }).sync_id;
}

/** What a worker does when it takes a sync. Answers the attempt, which is the fencing token. */
export async function claimSync(api: TestApi, jobId: string): Promise<number> {
  const [row] = await api.sql<{ attempt: number }[]>`
    UPDATE repo_syncs SET status = 'RUNNING', attempt = attempt + 1, started_at = now(), dispatched_at = coalesce(dispatched_at, now())
    WHERE id = ${jobId} AND status IN ('QUEUED', 'RUNNING') RETURNING attempt`;
  return row?.attempt ?? 0;
}

export const testHead = "5f3c1d0b8a7e46c2953d1f0e8b7a6c5d4e3f2a1b";

/** A manifest of these files, as of the branch main. */
export function mirrorOf(files: Readonly<Record<string, string>>, more: Partial<MirrorManifest> = {}): MirrorManifest {
  return {
    head: testHead,
    head_ref: "refs/heads/main",
    refs: { "refs/heads/main": testHead, "refs/tags/v1": testHead },
    files: manifestOf(files).map((file) => ({ ...file, oid: file.sha256.slice(0, 40) })),
    left_out: [],
    ...more,
  };
}

const repoKey = (job: SyncAttempt, name: string): string => objectKeys.attempt({ ...job, kind: "repos" }) + name;

/** Stores an object under this attempt's prefix and answers its s3:// address. */
export async function putOfSync(
  api: TestApi,
  job: SyncAttempt,
  object: { name: string; body: string },
): Promise<string> {
  const { storage } = api.deps;
  await storage.put(repoKey(job, object.name), object.body, "application/octet-stream");
  return toObjectUrl(storage.bucket, repoKey(job, object.name));
}

/** The callback of a sync that went well, with its objects stored. */
export async function syncSuccess(
  api: TestApi,
  job: SyncAttempt,
  result: { manifest?: MirrorManifest; metrics?: Partial<RepoMetrics> } = {},
): Promise<CallbackBody> {
  const { manifest = mirrorOf({ "index.html": "<h1>Todo</h1>" }), metrics } = result;
  const bundle = `bundle of ${job.jobId}`;
  return {
    job_id: job.jobId,
    status: "SUCCESS",
    attempt: job.attempt,
    bundle_url: null,
    logs_url: await putOfSync(api, job, { name: "sync.log", body: "done" }),
    metrics: {
      timings: { fetch: 12 },
      extends: null,
      bundle: { bytes: bundle.length, sha256: sha256Hex(bundle) },
      forced: [],
      deleted: [],
      ...metrics,
    },
    artifacts: [
      { name: "manifest", url: await putOfSync(api, job, { name: "manifest.json", body: JSON.stringify(manifest) }) },
      { name: "mirror", url: await putOfSync(api, job, { name: "mirror.bundle", body: bundle }) },
    ],
  };
}

/** Stores the contents of files where a worker puts them. */
export async function storeContents(
  api: TestApi,
  teamId: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const text of Object.values(files))
    await api.deps.storage.put(objectKeys.blob(teamId, sha256Hex(text)), text, "application/octet-stream");
}

/** Ends a sync the way a worker does that found these files. */
export async function completeSync(
  api: TestApi,
  job: { teamId: string; jobId: string },
  found: {
    files?: Readonly<Record<string, string>>;
    manifest?: Partial<MirrorManifest>;
    metrics?: Partial<RepoMetrics>;
  } = {},
): Promise<void> {
  const { files = { "index.html": "<h1>Todo</h1>" }, metrics } = found;
  const attempt = await claimSync(api, job.jobId);
  await storeContents(api, job.teamId, files);
  const result = { manifest: mirrorOf(files, found.manifest), ...(metrics ? { metrics } : {}) };
  const answer = await postSigned(api, "/repos/callback", await syncSuccess(api, { ...job, attempt }, result));
  expect(answer.body).toMatchObject({ data: { applied: true } });
}

/** Ends a sync the way a worker does that could not. */
export async function failSync(api: TestApi, jobId: string, error = "There is no such repository."): Promise<void> {
  const attempt = await claimSync(api, jobId);
  const answer = await postSigned(api, "/repos/callback", { job_id: jobId, status: "FAIL", attempt, error });
  expect(answer.body).toMatchObject({ data: { applied: true } });
}
