import { notifications } from "@hivesync/db/schema/notifications";

/** The columns of a notification that its user sees. */
export const notificationColumns = {
  id: notifications.id,
  type: notifications.type,
  data: notifications.data,
  created_at: notifications.created_at,
  read_at: notifications.read_at,
};
