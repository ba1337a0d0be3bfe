import { users } from "@hivesync/db/schema/users";

/** The columns of a user that the site's admins see. */
export const adminUserColumns = {
  id: users.id,
  email: users.email,
  username: users.username,
  tier: users.tier,
  created_at: users.created_at,
  last_login: users.last_login,
  disabled_at: users.disabled_at,
};
