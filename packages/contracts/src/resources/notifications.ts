import { z } from "zod";
import { signedIn } from "../access.ts";
import { query } from "../endpoint.ts";
import { pageInput, pageOf } from "../pagination.ts";
import { id, timestamp } from "../values.ts";

/** What a notification can be about. Who gets which is said in the pipelines design. */
export const notificationTypes = [
  "preview_ready",
  "preview_failed",
  "ai_ready",
  "ai_failed",
  "repo_synced",
  "repo_sync_failed",
  "task_assigned",
  "comment_added",
  "mention",
  "member_added",
  "role_changed",
  "tier_changed",
  "session_revoked",
] as const;
export type NotificationType = (typeof notificationTypes)[number];

export const notification = z.strictObject({
  id,
  type: z.enum(notificationTypes),
  data: z.record(z.string(), z.unknown()),
  created_at: timestamp,
  read_at: timestamp.nullable(),
});

export const notifications = {
  list: query({
    rest: "GET /notifications",
    summary: "Your notifications, newest first.",
    access: signedIn,
    rate: "general",
    input: z.strictObject({ ...pageInput, unread: z.boolean().default(false) }),
    output: pageOf(notification).extend({ unread_count: z.int().min(0) }),
    errors: [],
  }),
};
