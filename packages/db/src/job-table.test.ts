import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { expect, test } from "vitest";
import { jobTable } from "./job-table.ts";
import { aiJobs } from "./schema/ai-jobs.ts";
import { previewSessions } from "./schema/preview-sessions.ts";
import { repoSyncs } from "./schema/repo-syncs.ts";

// Connects to nothing: only the text of statements is looked at.
const db = drizzle(postgres("postgres://127.0.0.1:1/none"));

const kinds = [
  ["preview_sessions", previewSessions],
  ["ai_jobs", aiJobs],
  ["repo_syncs", repoSyncs],
] as const;

test.each(kinds)("statements of %s name every column, whichever view of the table is used first", (name, whole) => {
  const common = jobTable(name);
  for (const table of [common, whole, common, whole] as const) {
    const { sql } = db.select().from(table).toSQL();
    for (const column of Object.keys(table).filter((key) => key !== "enableRLS")) expect(sql).toContain(`"${column}"`);
  }
});

test.each(kinds)("what is common of %s has its own name in the whole table", (name, whole) => {
  const common = jobTable(name);
  const columns = Object.keys(common).filter((key): key is "id" => key in whole && key !== "enableRLS");
  expect(columns).toContain("status");
  for (const key of columns) expect(common[key].getSQLType()).toBe(whole[key].getSQLType());
});
