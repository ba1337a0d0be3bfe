import type { RepoSync } from "@hivesync/sdk";
import { expect, it } from "vitest";
import { remarksOnSync, summarizeSync } from "./describe-sync.ts";

const head = "5f3c1d0b8a7e46c2953d1f0e8b7a6c5d4e3f2a1b";
const sync: RepoSync = {
  sync_id: "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10",
  project_id: "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10",
  repo_url: "https://github.com/example/todo.git",
  ref: null,
  automatic: false,
  status: "COMPLETED",
  progress: null,
  head,
  head_ref: "refs/heads/main",
  refs: 3,
  files: 2_010,
  bytes: 1_250_000,
  left_out: [],
  left_out_total: 0,
  forced: [],
  deleted: [],
  error: null,
  requested_by: null,
  created_at: "2026-11-22T10:00:00.000Z",
  started_at: null,
  completed_at: null,
};

it("A finished sync is told by commit, ref, files and refs", () => {
  expect(summarizeSync(sync)).toBe(
    "Mirrored https://github.com/example/todo.git at 5f3c1d0b8a7e (main)\n2010 files (1.3 MB), 3 branches and tags",
  );
  expect(summarizeSync({ ...sync, head_ref: head, files: 1, bytes: 999, refs: 1 })).toBe(
    "Mirrored https://github.com/example/todo.git at 5f3c1d0b8a7e\n1 file (999 bytes), 1 branch or tag",
  );
  expect(remarksOnSync(sync)).toEqual([]);
});

it("Files that were left out are named with the reason in words, and nothing in a name steers a terminal or hides", () => {
  const left_out: RepoSync["left_out"] = [
    { path: "latest", reason: "symlink" },
    { path: "a\u001B[2Jb\u202E.ts", reason: "invisible_character" },
  ];
  expect(remarksOnSync({ ...sync, left_out, left_out_total: 2 })).toEqual([
    "Left out 2 files:\n  latest: a symbolic link\n  a\\u{1b}[2Jb\\u{202e}.ts: invisible characters in its path",
  ]);
});

it("Of many that were left out the first are named and the others counted", () => {
  const left_out = Array.from({ length: 100 }, (_, index) => ({ path: `file-${index}`, reason: "too_large" as const }));
  const [remark = ""] = remarksOnSync({ ...sync, left_out, left_out_total: 1_000 });
  expect(remark.split("\n")).toHaveLength(22);
  expect(remark).toMatch(/^Left out 1000 files:\n {2}file-0: too large\n[^]*\n {2}and 980 more$/u);
});

it("Rewritten history is a warning, and what is gone is named", () => {
  const changed = { ...sync, forced: ["refs/heads/main", "refs/tags/v1"], deleted: ["refs/heads/feature/a"] };
  expect(remarksOnSync(changed)).toEqual([
    "Warning: history was rewritten, or a tag was moved: main, v1",
    "Gone from the repository: feature/a",
  ]);
});
