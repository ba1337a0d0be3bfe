import { queueNames } from "@hivesync/contracts/jobs/job-state";
import { sql } from "drizzle-orm";
import { boolean, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const scalingRules = pgTable("scaling_rules", {
  queue: text({ enum: queueNames }).primaryKey(),
  min_workers: integer().notNull().default(1),
  max_workers: integer().notNull().default(4),
  concurrency: integer().notNull().default(2),
  target_wait_seconds: integer().notNull().default(5),
  gpu_fallback: text({ enum: ["cpu", "wait"] })
    .notNull()
    .default("cpu"),
  paused: boolean().notNull().default(false),
  updated_at: instant()
    .notNull()
    .default(sql`now()`),
});
