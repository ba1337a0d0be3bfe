import type { Database } from "@hivesync/db/client";
import { AppError } from "@hivesync/platform/app-error";
import { sql } from "drizzle-orm";
import { allJobKinds, type JobKind } from "#outbox/job-kinds.ts";

/** A job of whatever kind, as far as it is the same of all. */
export interface FoundJob {
  kind: JobKind;
  project_id: string;
  requested_by: string | null;
}

/** @throws AppError NOT_FOUND */
export async function findJob(db: Database, id: string): Promise<FoundJob> {
  const ofEach = allJobKinds.map(
    ({ name, table }) =>
      sql`SELECT ${name}::text AS kind, project_id, requested_by FROM ${table} WHERE id = ${id}::uuid`,
  );
  const [row] = await db.execute<{ kind: string; project_id: string; requested_by: string | null }>(
    sql.join(ofEach, sql` UNION ALL `),
  );
  const kind = allJobKinds.find(({ name }) => name === row?.kind);
  if (!row || !kind) throw new AppError("NOT_FOUND");
  return { ...row, kind };
}
