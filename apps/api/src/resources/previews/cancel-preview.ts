import { api } from "@hivesync/contracts/api";
import { statusesBefore } from "@hivesync/contracts/jobs/job-state";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { AppError } from "@hivesync/platform/app-error";
import { everyone } from "@hivesync/platform/events/topics";
import { and, eq, inArray, sql } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";

export const cancelPreview = operation(api.previews.cancel, async ({ deps, actor, input, transact }) => {
  const isThis = eq(previewSessions.id, input.id);
  const answer = await transact(async (transaction) => {
    const [cancelled] = await transaction
      .update(previewSessions)
      .set({ status: "CANCELLED", progress: null, completed_at: sql`now()` })
      .where(and(isThis, inArray(previewSessions.status, statusesBefore("CANCELLED"))))
      .returning({ project_id: previewSessions.project_id, requested_by: previewSessions.requested_by });
    if (!cancelled) {
      const [row] = await transaction.select({ status: previewSessions.status }).from(previewSessions).where(isThis);
      if (!row) throw new AppError("NOT_FOUND");
      // Whoever cancels twice has what was asked for.
      if (row.status === "CANCELLED") return { job_id: input.id, status: row.status };
      throw new AppError("CONFLICT", { publicMessage: "This preview has ended already." });
    }
    await audit(transaction, {
      event_type: "preview_cancelled",
      user_id: cancelled.requested_by,
      actor_id: actor.userId,
      project_id: cancelled.project_id,
      metadata: { job_id: input.id },
    });
    transaction.announce(
      { topic: "cancel", key: everyone, message: { job_id: input.id } },
      { topic: "preview", key: input.id, message: { type: "ended" } },
    );
    return { job_id: input.id, status: "CANCELLED" as const };
  });
  // Its place among the user's running ones is free.
  deps.dispatcher.wake();
  return answer;
});
