import { api } from "@hivesync/contracts/api";
import { userSettings } from "@hivesync/contracts/resources/auth";
import { users } from "@hivesync/db/schema/users";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { userColumns } from "#auth/sign-in.ts";
import { requireMatch } from "#etag.ts";
import { mergePatch } from "#merge-patch.ts";
import { operation } from "#operation.ts";
import { isUniqueViolation } from "#unique-violation.ts";

type Settings = Record<string, unknown>;

/** The settings after a patch. @throws AppError VALIDATION_ERROR when they have grown too large */
function patchSettings(stored: Settings, patch: Settings): Settings {
  const checked = userSettings.safeParse(mergePatch(stored, patch));
  if (checked.success) return checked.data;
  throw invalidField("settings", checked.error.issues[0]?.message ?? "is not valid");
}

export const updateMe = operation(api.auth.updateMe, async ({ actor, input, request, transact }) => {
  const { username, settings } = input;
  const change = transact(async (transaction) => {
    const [current] = await transaction.select(userColumns).from(users).where(eq(users.id, actor.userId)).for("update");
    if (!current) throw new AppError("AUTH_INVALID");
    requireMatch(request, current);
    const changes = {
      ...(username === undefined ? {} : { username }),
      ...(settings === undefined ? {} : { settings: patchSettings(current.settings, settings) }),
    };
    if (Object.keys(changes).length === 0) return current;
    const [user] = await transaction
      .update(users)
      .set(changes)
      .where(eq(users.id, actor.userId))
      .returning(userColumns);
    if (!user) throw new AppError("AUTH_INVALID");
    await audit(transaction, {
      event_type: "user_updated",
      user_id: user.id,
      actor_id: user.id,
      metadata: {
        fields: Object.keys(changes),
        ...(user.username === current.username ? {} : { username_before: current.username }),
      },
    });
    return user;
  });
  return change.catch((error: unknown) => {
    if (!isUniqueViolation(error, "users_username_key")) throw error;
    throw new AppError("CONFLICT", { publicMessage: "That username is taken." });
  });
});
