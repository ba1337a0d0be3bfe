import type { DeviceLink } from "@hivesync/contracts/resources/auth";
import { deviceLinks } from "@hivesync/db/schema/device-links";
import { AppError } from "@hivesync/platform/app-error";
import { and, gt, inArray, isNull, sql } from "drizzle-orm";
import type { UserActor } from "#actor.ts";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";

/** What the person who approves a link is shown of it. */
export const deviceLinkColumns = {
  client_name: deviceLinks.client_name,
  status: sql<DeviceLink["status"]>`${deviceLinks.status}`,
  created_at: deviceLinks.created_at,
  expires_at: deviceLinks.expires_at,
};

/** The link of a user code that a signed-in user tries. @throws AppError RATE_LIMITED after too many wrong ones, NOT_FOUND */
export async function findDeviceLink(
  deps: Deps,
  by: { actor: UserActor; request: RequestContext },
  userCode: string,
): Promise<{ id: string; link: DeviceLink }> {
  const attempt = await deps.limits.takeUserCode(by.actor.userId, by.request);
  const [found] = await deps.db
    .select({ id: deviceLinks.id, link: deviceLinkColumns })
    .from(deviceLinks)
    .where(
      and(
        inArray(deviceLinks.user_code_hash, deps.deviceCodes.hashesOfUserCode(userCode)),
        gt(deviceLinks.expires_at, sql`now()`),
        inArray(deviceLinks.status, ["PENDING", "APPROVED", "DENIED"]),
        isNull(deviceLinks.session_id),
      ),
    );
  if (!found) {
    throw new AppError("NOT_FOUND", {
      publicMessage: "No device waits under this code. It was mistyped, was used already, or has expired.",
    });
  }
  await attempt.giveBack();
  return found;
}
