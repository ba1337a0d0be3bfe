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
    | "user_updated"
    | "password_changed"
    | "session_revoked"
    | "device_approved"
    | "device_denied"
    | "project_created"
    | "project_deleted"
    | "team_created"
    | "team_deleted"
    | "member_added"
    | "member_removed"
    | "role_changed"
    | "settings_changed"
    | "preview_requested"
    | "preview_completed"
    | "preview_failed"
    | "preview_cancelled"
    | "ai_requested"
    | "ai_completed"
    | "ai_failed"
    | "ai_cancelled"
    | "tier_changed"
    | "callback_refused";
  user_id?: string | null;
  actor_id?: string | null;
  project_id?: string | null;
  metadata?: Record<string, unknown>;
}

// A statement holds at most 65,535 parameters.
const rowsPerInsert = 1_000;

/** Writes audit rows, in the transaction of what they speak of where there is one. */
export async function audit(db: Queryable, ...events: readonly AuditEvent[]): Promise<void> {
  for (let first = 0; first < events.length; first += rowsPerInsert) {
    const rows = events.slice(first, first + rowsPerInsert);
    await db.insert(auditLogs).values(rows.map((event) => ({ id: newId(), ...event })));
  }
}
