import { bigint, boolean, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { jobColumns } from "../job-columns.ts";
import type { LeftOutFile, MirrorBundle, RepoProgress } from "../json-types.ts";

export const repoSyncs = pgTable("repo_syncs", {
  ...jobColumns,
  progress: jsonb().$type<RepoProgress>(),
  repo_url: text().notNull(),
  ref: text(),
  automatic: boolean().notNull().default(false),
  queue: text({ enum: ["repo-sync"] })
    .notNull()
    .default("repo-sync"),
  input_key: text().notNull(),
  head: text(),
  head_ref: text(),
  refs: jsonb().$type<Record<string, string>>(),
  refs_total: integer(),
  files: integer(),
  bytes: bigint({ mode: "number" }),
  manifest_key: text(),
  mirror: jsonb().$type<MirrorBundle[]>(),
  left_out: jsonb().$type<LeftOutFile[]>(),
  left_out_total: integer(),
  forced: jsonb().$type<string[]>(),
  deleted: jsonb().$type<string[]>(),
});
