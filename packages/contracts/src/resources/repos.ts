import { z } from "zod";
import { atLeast } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { exampleRepoSync, exampleRepoUrl } from "../examples/repos.ts";
import { jobStatuses } from "../jobs/job-state.ts";
import { leftOutFile, objectId, repoLimits } from "../jobs/repo-sync.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { repoRef, repoUrl } from "../repo-url.ts";
import { id, timestamp } from "../values.ts";
import { jobError } from "./previews.ts";

export const repoProgress = z
  .strictObject({ phase: z.enum(["fetching", "reading", "uploading"]), ratio: z.number().min(0).max(1) })
  .meta({ id: "RepoProgress", description: "A phase of the sync, and how much of the whole is done, 0 to 1." });
export type RepoProgress = z.output<typeof repoProgress>;

const count = z.int().min(0);

export const repoSync = z
  .strictObject({
    sync_id: id,
    project_id: id,
    repo_url: z.string(),
    ref: z.string().nullable(),
    automatic: z.boolean(),
    status: z.enum(jobStatuses),
    progress: repoProgress.nullable(),
    head: objectId.nullable(),
    head_ref: z.string().nullable(),
    refs: count.nullable(),
    files: count.nullable(),
    bytes: count.nullable(),
    left_out: z.array(leftOutFile),
    left_out_total: count.nullable(),
    forced: z.array(z.string()),
    deleted: z.array(z.string()),
    error: jobError.nullable(),
    requested_by: id.nullable(),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
  })
  .meta({
    id: "RepoSync",
    description: `One sync of a repository. \`ref\` is what was asked for (null: the repository's own HEAD), \`head_ref\` and \`head\` what it was and the commit it named; \`refs\` counts branches and tags, \`files\` and \`bytes\` the files of that commit. \`left_out\` names at most ${repoLimits.namedLeftOut}. \`forced\` are branches whose history was rewritten since the sync before, and moved tags; \`deleted\` those that are gone.`,
  });
export type RepoSync = z.output<typeof repoSync>;

export const mirror = z
  .strictObject({
    sync_id: id,
    repo_url: z.string(),
    head_ref: z.string(),
    head: objectId,
    files: count,
    bytes: count,
    synced_at: timestamp,
  })
  .meta({ id: "Mirror", description: "What `source: {mirror: true}` reads: the files of one commit." });
export type Mirror = z.output<typeof mirror>;

export const repos = {
  sync: mutation({
    rest: "POST /repos/sync",
    summary:
      "Mirrors the project's repository: its branches and tags, and the files of one ref. A `repo_url` other than that of the settings becomes the setting, together with `ref`; that takes an Admin.",
    access: atLeast("Member", { of: "project", by: "project_id" }),
    rate: "repo_sync",
    input: z.strictObject({ project_id: id, repo_url: repoUrl.optional(), ref: repoRef.optional() }),
    output: z.strictObject({ sync_id: id, status: z.enum(jobStatuses) }).meta({ id: "RequestedRepoSync" }),
    example: {
      input: { project_id: exampleIds.project, repo_url: exampleRepoUrl },
      output: { sync_id: exampleIds.repoSync, status: "QUEUED" },
    },
    errors: ["CONFLICT", "FORBIDDEN", "RATE_LIMITED"],
    status: 202,
  }),
  status: query({
    rest: "GET /repos/{project_id}/sync",
    summary: "A project's syncs, newest first, what its mirror holds now, and the host that its token is for.",
    access: atLeast("Member", { of: "project", by: "project_id" }),
    rate: "general",
    input: z.strictObject({ ...pageInput, project_id: id }),
    output: pageOf(repoSync).extend({ mirror: mirror.nullable(), token_host: z.string().nullable() }),
    example: {
      input: { project_id: exampleIds.project },
      output: {
        ...onlyPage([exampleRepoSync]),
        mirror: {
          sync_id: exampleIds.repoSync,
          repo_url: exampleRepoUrl,
          head_ref: "refs/heads/main",
          head: "5f3c1d0b8a7e46c2953d1f0e8b7a6c5d4e3f2a1b",
          files: 2,
          bytes: 212,
          synced_at: "2026-11-22T10:30:04.000Z",
        },
        token_host: null,
      },
    },
    errors: [],
  }),
};
