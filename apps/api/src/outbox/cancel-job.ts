import { statusesBefore, type JobStatus } from "@hivesync/contracts/jobs/job-state";
import { AppError } from "@hivesync/platform/app-error";
import { everyone } from "@hivesync/platform/events/topics";
import { and, eq, inArray } from "drizzle-orm";
import type { UserActor } from "#actor.ts";
import { audit } from "#audit.ts";
import type { Deps } from "#deps.ts";
import type { Transact } from "#operation.ts";
import { endedFields, toldColumns } from "./end-job.ts";
import type { JobKind } from "./job-kinds.ts";

interface CancelledJob {
  job_id: string;
  status: JobStatus;
}

/** Who cancels what, and the transaction of the call. */
export interface Cancellation {
  deps: Pick<Deps, "dispatcher">;
  actor: UserActor;
  input: { id: string };
  transact: Transact<CancelledJob>;
}

/**
 * Ends a job that has not ended, and tells its worker to stop.
 *
 * @throws AppError CONFLICT when it has ended otherwise
 */
export async function cancelJob(kind: JobKind, { deps, actor, input, transact }: Cancellation): Promise<CancelledJob> {
  const { table } = kind;
  const isThis = eq(table.id, input.id);
  const answer = await transact(async (transaction) => {
    const [cancelled] = await transaction
      .update(table)
      .set({ status: "CANCELLED", ...endedFields })
      .where(and(isThis, inArray(table.status, statusesBefore("CANCELLED"))))
      .returning(toldColumns(table));
    if (!cancelled) {
      const [row] = await transaction.select({ status: table.status }).from(table).where(isThis);
      if (!row) throw new AppError("NOT_FOUND");
      // Whoever cancels twice has what was asked for.
      if (row.status === "CANCELLED") return { job_id: input.id, status: row.status };
      throw new AppError("CONFLICT", { publicMessage: `This ${kind.noun} has ended already.` });
    }
    transaction.measure({ ...cancelled, kind: kind.name, status: "CANCELLED" });
    await audit(transaction, {
      event_type: `${kind.name}_cancelled`,
      user_id: cancelled.requested_by,
      actor_id: actor.userId,
      project_id: cancelled.project_id,
      metadata: { job_id: input.id },
    });
    transaction.announce(
      { topic: "cancel", key: everyone, message: { job_id: input.id } },
      ...kind.endEvents(cancelled, "CANCELLED"),
    );
    return { job_id: input.id, status: "CANCELLED" as const };
  });
  // Its place among the user's running ones is free.
  deps.dispatcher.wake(kind.name);
  return answer;
}
