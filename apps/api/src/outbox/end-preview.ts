import type { ErrorBody } from "@hivesync/contracts/errors";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { JobStatus } from "@hivesync/contracts/jobs/job-state";
import { audit } from "#audit.ts";
import { notify } from "#events/notify.ts";
import type { Transaction } from "#transaction.ts";

/** How a preview ended. Keys are object keys: a signed URL is never stored. */
export type PreviewEnd =
  | {
      status: "COMPLETED";
      bundle_url: string;
      logs_key: string | null;
      artifacts: Record<string, string>;
      warnings: string[];
      timings: Record<string, number> | null;
    }
  | { status: "FAILED"; error: ErrorBody; logs_key: string | null };

/** Tells the requester, the operator and whoever is watching of a preview's end, in the transaction that makes it so. */
export async function announceEnd(
  transaction: Transaction,
  preview: { id: string; project_id: string; requested_by: string | null },
  end: { status: "COMPLETED" } | { status: "FAILED"; error: ErrorBody },
): Promise<void> {
  const completed = end.status === "COMPLETED";
  const data = { job_id: preview.id, project_id: preview.project_id };
  if (preview.requested_by !== null) {
    await notify(transaction, {
      user_id: preview.requested_by,
      type: completed ? "preview_ready" : "preview_failed",
      data: completed ? data : { ...data, code: end.error.code, message: end.error.message },
    });
  }
  await audit(transaction, {
    event_type: completed ? "preview_completed" : "preview_failed",
    user_id: preview.requested_by,
    project_id: preview.project_id,
    metadata: completed ? { job_id: preview.id } : { job_id: preview.id, code: end.error.code },
  });
  transaction.announce({ topic: "preview", key: preview.id, message: { type: "ended" } });
  if (!completed) return;
  const message = { type: "preview_completed" as const, job_id: preview.id };
  transaction.announce({ topic: "project", key: preview.project_id, message });
}

/**
 * Ends a preview with all its effects, once: only in this attempt and while its status is one of `whileIn`. False when it has ended already
 * or a later attempt holds it; nothing was changed then.
 */
export async function endPreview(
  transaction: Transaction,
  preview: { id: string; attempt: number; whileIn: readonly JobStatus[] },
  end: PreviewEnd,
): Promise<boolean> {
  const fields = end.status === "COMPLETED" ? end : { ...end, error_message: end.error.message };
  const [row] = await transaction
    .update(previewSessions)
    .set({ ...fields, progress: null, completed_at: sql`now()` })
    .where(
      and(
        eq(previewSessions.id, preview.id),
        eq(previewSessions.attempt, preview.attempt),
        inArray(previewSessions.status, preview.whileIn),
      ),
    )
    .returning({
      id: previewSessions.id,
      project_id: previewSessions.project_id,
      requested_by: previewSessions.requested_by,
    });
  if (!row) return false;
  await announceEnd(transaction, row, end);
  return true;
}
