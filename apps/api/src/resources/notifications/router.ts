import type { Operations } from "#operation.ts";
import { listNotifications } from "./list-notifications.ts";

export const notificationOperations = { list: listNotifications } satisfies Operations<"notifications">;
