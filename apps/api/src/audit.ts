import type { Queryable } from "@hivesync/db/client";
import { auditLogs } from "@hivesync/db/schema/audit-logs";
import { prepared } from "@hivesync/db/prepared";
import { newId } from "@hivesync/platform/ids";
import { sql } from "drizzle-orm";

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
    | "repo_requested"
    | "repo_completed"
    | "repo_failed"
    | "repo_cancelled"
    | "repo_force_pushed"
    | "repo_mirror_lost"
    | "repo_token_set"
    | "repo_token_deleted"
    | "tier_changed"
    | "user_disabled"
    | "user_enabled"
    | "audit_exported"
    | "scaling_changed"
    | "callback_refused";
  user_id?: string | null;
  actor_id?: string | null;
  project_id?: string | null;
  metadata?: Record<string, unknown>;
}

// A statement holds at most 65,535 parameters.
const rowsPerInsert = 1_000;

const insertOne = prepared((db) =>
  db
    .insert(auditLogs)
    .values({
      id: sql.placeholder("id"),
      event_type: sql.placeholder("event_type"),
      user_id: sql.placeholder("user_id"),
      actor_id: sql.placeholder("actor_id"),
      project_id: sql.placeholder("project_id"),
      metadata: sql.placeholder("metadata"),
    })
    .prepare("insert_audit_log"),
);

/** Writes audit rows, in the transaction of what they speak of where there is one. */
export async function audit(db: Queryable, ...events: readonly AuditEvent[]): Promise<void> {
  const [event] = events;
  if (event && events.length === 1) {
    const absent = { user_id: null, actor_id: null, project_id: null, metadata: {} };
    await insertOne(db).execute({ ...absent, ...event, id: newId() });
    return;
  }
  for (let first = 0; first < events.length; first += rowsPerInsert) {
    const rows = events.slice(first, first + rowsPerInsert);
    await db.insert(auditLogs).values(rows.map((event) => ({ id: newId(), ...event })));
  }
}
