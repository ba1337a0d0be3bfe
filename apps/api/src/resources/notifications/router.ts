import type { Operations } from "#operation.ts";
import { listNotifications } from "./list-notifications.ts";
import { markAllRead } from "./mark-all-read.ts";
import { markRead } from "./mark-read.ts";
import { streamNotifications } from "./stream-notifications.ts";

export const notificationOperations = {
  list: listNotifications,
  markRead,
  markAllRead,
  stream: streamNotifications,
} satisfies Operations<"notifications">;
