import { bigint, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { jobColumns } from "../job-columns.ts";

export const repoSyncs = pgTable("repo_syncs", {
  ...jobColumns,
  repo_url: text().notNull(),
  ref: text(),
  queue: text({ enum: ["repo-sync"] })
    .notNull()
    .default("repo-sync"),
  input_key: text(),
  head: text(),
  refs: jsonb().$type<Record<string, string>>(),
  files: integer(),
  bytes: bigint({ mode: "number" }),
  left_out: jsonb().$type<{ path: string; reason: string }[]>(),
});
