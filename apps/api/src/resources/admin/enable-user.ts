import { api } from "@hivesync/contracts/api";
import { users } from "@hivesync/db/schema/users";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";
import { lockUser } from "./site-admins.ts";

export const enableUser = operation(api.admin.enableUser, async ({ actor, input: { id }, transact }) =>
  transact(async (transaction) => {
    const user = await lockUser(transaction, id);
    if (user.disabled_at === null) return user;
    await transaction.update(users).set({ disabled_at: null }).where(eq(users.id, id));
    await audit(transaction, { event_type: "user_enabled", user_id: id, actor_id: actor.userId });
    return { ...user, disabled_at: null };
  }),
);
