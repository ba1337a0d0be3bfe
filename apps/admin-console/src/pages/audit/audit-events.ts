/** Suggestions for the filter: what an operator looks for most. Any other name that the API writes can be typed. */
export const frequentEvents: readonly string[] = [
  "sign_in",
  "sign_in_failed",
  "sign_out",
  "refresh_reused",
  "user_registered",
  "tier_changed",
  "user_disabled",
  "user_enabled",
  "password_changed",
  "role_changed",
  "member_added",
  "member_removed",
  "project_created",
  "project_deleted",
  "settings_changed",
  "preview_requested",
  "preview_completed",
  "preview_failed",
  "ai_requested",
  "ai_completed",
  "ai_failed",
  "repo_requested",
  "repo_completed",
  "repo_failed",
  "scaling_changed",
  "audit_exported",
  "callback_refused",
];

/** How an event looks at a glance. */
export function toneOf(event: string): "good" | "bad" | "wait" | "quiet" {
  if (/failed|refused|reused|disabled|lost/.test(event)) return "bad";
  if (/changed|deleted|removed|exported|revoked|denied/.test(event)) return "wait";
  return /completed|enabled|added/.test(event) ? "good" : "quiet";
}
