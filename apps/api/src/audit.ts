import type { Queryable } from "@hivesync/db/client";
import { auditLogs } from "@hivesync/db/schema/audit-logs";
import { newId } from "@hivesync/platform/ids";

/** What is noted for the operator. `user_id` is the user concerned, `actor_id` who did it. Metadata never holds a secret. */
export interface AuditEvent {
  event_type:
    | "user_registered"
    | "sign_in"
    | "sign_in_failed"
    | "sign_out"
    | "refresh_reused"
    | "project_created"
    | "project_deleted"
    | "settings_changed"
    | "preview_requested"
    | "preview_completed"
    | "preview_failed"
    | "preview_cancelled"
    | "callback_refused";
  user_id?: string | null;
  actor_id?: string | null;
  project_id?: string | null;
  metadata?: Record<string, unknown>;
}

/** Writes an audit row, in the transaction of what it speaks of where there is one. */
export async function audit(db: Queryable, event: AuditEvent): Promise<void> {
  await db.insert(auditLogs).values({ id: newId(), ...event });
}
