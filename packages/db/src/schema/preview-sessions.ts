import { previewQueues } from "@hivesync/contracts/jobs/job-state";
import { previewPlatforms } from "@hivesync/contracts/resources/projects";
import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";
import { jobColumns } from "../job-columns.ts";
import type { PreviewContext } from "../json-types.ts";

export const previewSessions = pgTable("preview_sessions", {
  ...jobColumns,
  token_hash: text().notNull(),
  queue: text({ enum: previewQueues }).notNull(),
  input_key: text().notNull(),
  context: jsonb().$type<PreviewContext>(),
  /** The object key of the page. A signed URL is never stored; it is made when the row is read. */
  bundle_url: text(),
  /** Object keys by name: source_map, manifest. */
  artifacts: jsonb().$type<Record<string, string>>().notNull().default({}),
  /** What its files were found to be, for people; told by the build. */
  kind: text(),
  platform: text({ enum: previewPlatforms }),
  warnings: jsonb().$type<string[]>().notNull().default([]),
  expires_at: instant().notNull(),
});
