import { exampleIds } from "@hivesync/contracts/example-ids";
import { exampleAiSelection } from "@hivesync/contracts/examples/ai";
import { exampleFile } from "@hivesync/contracts/examples/previews";
import { exampleRepoSync, exampleRepoUrl } from "@hivesync/contracts/examples/repos";
import { repoMetrics, type MirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import { api } from "@hivesync/contracts/api";
import { newId } from "@hivesync/platform/ids";
import { keyOfObjectUrl, objectKeys } from "@hivesync/platform/storage/object-keys";
import type { Sql } from "postgres";
import type { TestApi } from "./start-test-api.ts";

type Row = Record<string, unknown>;

const { ada, project, team } = exampleIds;
/** A project has one sync under way: what runs in the story is another project's, so that the story's own may be asked for. */
export const mirroredProject = newId();

const keyIn = (jobId: string, name: string): string =>
  objectKeys.attempt({ teamId: team, kind: "repos", jobId, attempt: 1 }) + name;
const manifestKey = keyIn(exampleIds.repoSync, "manifest.json");
const head = exampleRepoSync.head ?? "";
const headRef = exampleRepoSync.head_ref ?? "";

const manifest: MirrorManifest = {
  head,
  head_ref: headRef,
  refs: { [headRef]: head, "refs/heads/next": head, "refs/tags/v1": head },
  files: [exampleFile, exampleAiSelection].map(({ path, sha256, size }) => ({ path, sha256, size, oid: head })),
  left_out: exampleRepoSync.left_out,
};

/** What a project's row says of its repository. */
export function repoOfStory(sql: Sql, id: string): Row {
  return {
    settings: sql.json({ repo: { url: exampleRepoUrl } }),
    mirror_manifest_key: id === project ? manifestKey : null,
  };
}

/** The syncs of the story: one that has ended, and one that runs. */
export function rowsOfRepos(sql: Sql): [string, Row[]][] {
  const now = new Date().toISOString();
  const sync = (id: string, projectId: string): Row => ({
    id,
    project_id: projectId,
    requested_by: ada,
    repo_url: exampleRepoUrl,
    priority: 8,
    attempt: 1,
    input_key: `t/${team}/repos/${id}/`,
    dispatched_at: now,
    started_at: now,
  });
  const { files, bytes, left_out_total: leftOutTotal } = exampleRepoSync;
  const shown = {
    status: "COMPLETED",
    completed_at: now,
    head,
    head_ref: headRef,
    refs: sql.json(manifest.refs),
    refs_total: exampleRepoSync.refs,
    files,
    bytes,
    left_out: sql.json(exampleRepoSync.left_out),
    left_out_total: leftOutTotal,
    forced: sql.json([]),
    deleted: sql.json([]),
    manifest_key: manifestKey,
    mirror: sql.json([]),
  };
  const progress = sql.json({ phase: "fetching", ratio: 0.4 });
  return [
    ["repo_syncs", [{ ...sync(exampleIds.repoSync, project), ...shown }]],
    ["repo_syncs", [{ ...sync(exampleIds.runningRepoSync, mirroredProject), status: "RUNNING", progress }]],
  ];
}

/** What the workers of the story have written. */
export async function storeMirrors({ deps: { storage } }: TestApi): Promise<void> {
  await storage.put(manifestKey, JSON.stringify(manifest), "application/json");
  const { artifacts = [], metrics } = api.callbacks.receiveRepo.example.input;
  const bytes = repoMetrics.parse(metrics).bundle?.bytes ?? 0;
  for (const { name, url } of artifacts) {
    const body = name === "manifest" ? JSON.stringify(manifest) : Buffer.alloc(bytes);
    await storage.put(keyOfObjectUrl("hivesync", url) ?? "", body, "application/octet-stream");
  }
}
