import { exampleIds } from "../example-ids.ts";
import type { RepoSync } from "../resources/repos.ts";

export const exampleRepoUrl = "https://github.com/example/todo.git";

export const exampleRepoSync: RepoSync = {
  sync_id: exampleIds.repoSync,
  project_id: exampleIds.project,
  repo_url: exampleRepoUrl,
  ref: null,
  automatic: false,
  status: "COMPLETED",
  progress: null,
  head: "5f3c1d0b8a7e46c2953d1f0e8b7a6c5d4e3f2a1b",
  head_ref: "refs/heads/main",
  refs: 3,
  files: 2,
  bytes: 212,
  left_out: [{ path: "docs/latest", reason: "symlink" }],
  left_out_total: 1,
  forced: [],
  deleted: [],
  error: null,
  requested_by: exampleIds.ada,
  created_at: "2026-11-22T10:30:00.000Z",
  started_at: "2026-11-22T10:30:01.000Z",
  completed_at: "2026-11-22T10:30:04.000Z",
};
