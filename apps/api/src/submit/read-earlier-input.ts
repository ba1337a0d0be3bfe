import { endedStatuses } from "@hivesync/contracts/jobs/job-state";
import { AppError } from "@hivesync/platform/app-error";
import { readJobInput } from "@hivesync/platform/storage/job-input";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { Deps } from "#deps.ts";
import type { JobKind } from "#outbox/job-kinds.ts";

/**
 * What a job that has ended was to work on, to ask for it again.
 *
 * @throws AppError CONFLICT when it has not ended, or its input is no longer stored
 */
export async function readEarlierInput<Schema extends z.ZodType>(
  { db, storage }: Pick<Deps, "db" | "storage">,
  { table, noun }: JobKind,
  earlier: { id: string; schema: Schema },
): Promise<{ projectId: string; input: z.output<Schema> }> {
  const [row] = await db
    .select({ project_id: table.project_id, status: table.status, input_key: table.input_key })
    .from(table)
    .where(eq(table.id, earlier.id));
  if (!row) throw new AppError("NOT_FOUND");
  if (!endedStatuses.includes(row.status))
    throw new AppError("CONFLICT", { publicMessage: `This ${noun} has not ended yet. Cancel it first.` });
  const input = await readJobInput(storage, { key: row.input_key, schema: earlier.schema });
  if (input === undefined)
    throw new AppError("CONFLICT", { publicMessage: "Its list of files is no longer stored. Ask for it anew." });
  return { projectId: row.project_id, input };
}
